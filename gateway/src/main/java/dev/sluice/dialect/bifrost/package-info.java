/**
 * The front door that speaks Maxim Bifrost's chat API, and the default for bare {@code /v1/*}
 * paths. Its fields, extras and error shape live here and nowhere else.
 */
@NullMarked
package dev.sluice.dialect.bifrost;

import org.jspecify.annotations.NullMarked;
