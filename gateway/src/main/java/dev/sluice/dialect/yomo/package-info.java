/**
 * The front door that speaks YoMo's LLM Bridge API. Its fields, pages, words and error shape live
 * here and nowhere else.
 */
@NullMarked
package dev.sluice.dialect.yomo;

import org.jspecify.annotations.NullMarked;
