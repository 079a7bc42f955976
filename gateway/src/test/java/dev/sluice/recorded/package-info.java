/**
 * Recorded traffic of real providers, and what it says: read here by means of a JSON tree alone, so
 * that the product's own codecs can be held against it. Found by the environment variable {@code
 * SLUICE_RECORDINGS}; tests that need it are skipped without.
 */
@NullMarked
package dev.sluice.recorded;

import org.jspecify.annotations.NullMarked;
