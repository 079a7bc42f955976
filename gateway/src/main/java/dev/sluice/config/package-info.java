/**
 * Typed settings: the records that {@code sluice.yaml} becomes, and the loader that makes them.
 * Knows files and the environment, and nothing of sockets, providers or dialects beyond their
 * names. Everything here is immutable once loaded.
 */
@NullMarked
package dev.sluice.config;

import org.jspecify.annotations.NullMarked;
