/**
 * The canonical words of a chat completion that every floor above shares: faults, finish reasons,
 * usage. Plain values without I/O; no wire format and no provider may be named here.
 */
@NullMarked
package dev.sluice.chat;

import org.jspecify.annotations.NullMarked;
