/**
 * What every front door has in common: how a request is read into an inquiry, and how answers,
 * frames and faults are written. One package per front door below this one; a dialect never names
 * another.
 */
@NullMarked
package dev.sluice.dialect;

import org.jspecify.annotations.NullMarked;
