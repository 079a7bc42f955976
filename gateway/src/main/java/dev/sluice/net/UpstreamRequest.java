package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;

/**
 * A request to an upstream. {@code content-length}, {@code host} and connection-level headers are
 * added by the upstream.
 *
 * @param method the HTTP method
 * @param path path and query, from the origin's root, already encoded
 * @param headers taken over by the upstream
 * @param body the whole body; owned by whoever holds this request
 */
public record UpstreamRequest(HttpMethod method, String path, HttpHeaders headers, ByteBuf body) {}
