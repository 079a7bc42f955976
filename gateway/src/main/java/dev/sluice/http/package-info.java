/**
 * The front door: which dialect answers, body limits, health paths, overload, graceful drain. Holds
 * no rule of any one dialect and opens no upstream connection.
 */
@NullMarked
package dev.sluice.http;

import org.jspecify.annotations.NullMarked;
