/**
 * AWS's binary event stream ({@code application/vnd.amazon.eventstream}): finds messages across any
 * split of the transfer, checks them, and writes them. Knows nothing of what a payload holds.
 */
@NullMarked
package dev.sluice.protocol.eventstream;

import org.jspecify.annotations.NullMarked;
