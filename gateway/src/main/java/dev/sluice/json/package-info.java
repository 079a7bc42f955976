/**
 * Byte-level JSON: one-pass checking and span-finding, splicing. Bytes in, spans and bytes out; no
 * trees, no I/O, and no knowledge of what the documents mean.
 */
@NullMarked
package dev.sluice.json;

import org.jspecify.annotations.NullMarked;
