/**
 * Who calls, and what they may: keys and the callers behind them. Knows nothing of how a dialect
 * takes credentials or words a refusal.
 */
@NullMarked
package dev.sluice.access;

import org.jspecify.annotations.NullMarked;
