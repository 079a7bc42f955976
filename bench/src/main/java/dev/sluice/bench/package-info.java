/**
 * Measures the gateway from outside: a paced upstream, a load generator and a harness that reads
 * what each process cost. Never part of the product.
 */
@NullMarked
package dev.sluice.bench;

import org.jspecify.annotations.NullMarked;
