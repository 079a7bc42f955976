/**
 * Sees every step and changes none: metrics, request log, the operator's scrape page. No other
 * package's behaviour may depend on what is observed here.
 */
@NullMarked
package dev.sluice.observe;

import org.jspecify.annotations.NullMarked;
