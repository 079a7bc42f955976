package dev.sluice.provider.translation;

import dev.sluice.chat.ChatResponse;
import dev.sluice.chat.Fault;
import io.netty.handler.codec.http.HttpHeaders;
import org.jspecify.annotations.Nullable;

/**
 * One request in a provider's own protocol, but for its body, and the means to read its answer.
 * Owned by one attempt and its event loop. Lives as long as the answer, so that it keeps nothing of
 * what was asked.
 */
public interface Translation {

  /** Where the request goes, with the query, below the base URL's own path. */
  String path();

  /** Adds the headers that this request needs beside {@link Translator#headers}. */
  void headers(HttpHeaders headers);

  /**
   * Reads a whole answer, {@code bytes[from, to)}.
   *
   * @throws dev.sluice.json.MalformedJson where the text is not JSON
   * @throws dev.sluice.json.MisshapenJson where it is no answer
   */
  ChatResponse whole(byte[] bytes, int from, int to);

  /** Reads a streamed answer. */
  StreamReader stream(StreamReader.Means means);

  /**
   * The media type of a streamed answer, in lower case and without parameters; an answer of another
   * one is whole.
   */
  String streamType();

  /**
   * Whether an answer is a stream.
   *
   * @param contentType as its head says; {@code null} where that says nothing
   */
  default boolean isStream(@Nullable String contentType) {
    String type = streamType();
    return contentType != null && contentType.regionMatches(true, 0, type, 0, type.length());
  }

  /**
   * What went wrong.
   *
   * @param status the answer's, not of the 200s
   * @param bytes holds the answer's body in {@code [from, to)}; may be empty
   */
  Fault error(int status, HttpHeaders headers, byte[] bytes, int from, int to);
}
