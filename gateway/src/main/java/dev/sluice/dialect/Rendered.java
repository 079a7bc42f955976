package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;

/**
 * A whole answer of the gateway's own, such as an error.
 *
 * @param status the HTTP status
 * @param headers with the content type; handed over to whoever sends them
 * @param body may be empty
 */
public record Rendered(HttpResponseStatus status, HttpHeaders headers, byte[] body) {}
