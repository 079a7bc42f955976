/**
 * Fuzz tests of everything that reads bytes from outside. In the normal suite they read the seeds
 * that stand beside them as resources; with {@code ./sluice fuzz} they look for new ones. Nothing
 * of the product stands here.
 */
package dev.sluice.fuzz;
