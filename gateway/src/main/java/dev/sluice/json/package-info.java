/**
 * Byte-level JSON: one-pass checking and span-finding, splicing, reading value by value and
 * writing. Bytes in, spans, values and bytes out; no trees, no I/O, and no knowledge of what the
 * documents mean.
 */
@NullMarked
package dev.sluice.json;

import org.jspecify.annotations.NullMarked;
