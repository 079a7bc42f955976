package dev.sluice.dialect;

import io.netty.handler.codec.http.HttpHeaders;

/**
 * What stands before a request's body.
 *
 * @param path the path as the dialect itself names it, without a prefix that selected the dialect
 * @param query the query without its question mark; empty where there is none
 * @param headers the client's headers
 * @param requestId the request's id, the client's own or ours
 */
public record RequestHead(String path, String query, HttpHeaders headers, String requestId) {}
