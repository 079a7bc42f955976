/**
 * The only room that builds Netty pipelines: transport, listeners, upstream pools, TLS, timeouts of
 * a connection, backpressure. Knows HTTP and bytes, and nothing of language models: no JSON, no
 * dialect, no provider may be named here.
 */
@NullMarked
package dev.sluice.net;

import org.jspecify.annotations.NullMarked;
