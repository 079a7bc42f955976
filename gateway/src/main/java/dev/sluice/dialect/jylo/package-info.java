/**
 * The front door that speaks Jylo's inference API. Its paths, media types, pages and problem
 * details live here and nowhere else; its wire format is a protocol of its own.
 */
@NullMarked
package dev.sluice.dialect.jylo;

import org.jspecify.annotations.NullMarked;
