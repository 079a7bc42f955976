package dev.sluice.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.net.SocketAddress;

/**
 * One request and the means to answer it, the same over HTTP/1.1 and HTTP/2. Owned by its event
 * loop: every method is called there. Writes to a client that has left are discarded, and their
 * buffers released.
 *
 * <p>A response is either one {@link #send}, or {@link #start}, any number of {@link #write} and
 * {@link #flush}, and one {@link #end} or {@link #abort}.
 */
public interface ServerExchange {

  /** The event loop that owns this exchange. */
  EventLoop eventLoop();

  /** Where buffers for this exchange come from. */
  ByteBufAllocator alloc();

  /** The request's method. */
  HttpMethod method();

  /** The request's target as sent: path and query, never decoded. */
  String uri();

  /** The request's headers; over HTTP/2 with {@code host} in place of {@code :authority}. */
  HttpHeaders headers();

  /** The address that the client connected from. */
  SocketAddress remoteAddress();

  /** The name of the listener that accepted the connection. */
  String listener();

  /** Whether the client came by TLS. */
  boolean secure();

  /** Whether the client takes more without queueing beyond the high-water mark. */
  boolean isWritable();

  /** Whether a response has been started or sent. */
  boolean started();

  /**
   * Tells the client to go on with a body that it announced with {@code Expect: 100-continue}. Does
   * nothing for other requests. Without this call such a body never comes.
   */
  void continueBody();

  /**
   * Answers whole. Adds {@code content-length}; for {@code HEAD} the body is dropped and its length
   * kept.
   *
   * @param headers taken over; connection-level headers are this room's own
   * @param body owned from here on
   * @throws IllegalStateException where a response has been started that goes on
   */
  void send(HttpResponseStatus status, HttpHeaders headers, ByteBuf body);

  /**
   * Starts a response of unknown length. Nothing is flushed.
   *
   * @throws IllegalStateException where one has been started that goes on
   */
  void start(HttpResponseStatus status, HttpHeaders headers);

  /**
   * So much room before a piece's data, and two bytes behind it, spare the piece from being copied
   * into a chunk.
   */
  int ROOM = 10;

  /**
   * Queues a piece of a started response without flushing.
   *
   * @param data owned from here on, together with whatever stands before and behind it in its
   *     buffer: that may be written over
   */
  void write(ByteBuf data);

  /** Sends what is queued. */
  void flush();

  /** Ends a started response as complete, and flushes. */
  void end();

  /**
   * Breaks a started response so that the client can tell it from a complete one: closes the
   * connection without a last chunk, or resets the HTTP/2 stream. Before {@link #start}, closes
   * without an answer.
   */
  void abort();

  /** Asks for the connection to be closed after this response ({@code connection: close}). */
  void closeAfter();
}
