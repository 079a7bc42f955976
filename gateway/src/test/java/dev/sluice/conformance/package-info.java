/**
 * Which item of which page is proven by which test: gathered while the tests run, and written down
 * in {@code docs/conformance.md}.
 */
@NullMarked
package dev.sluice.conformance;

import org.jspecify.annotations.NullMarked;
