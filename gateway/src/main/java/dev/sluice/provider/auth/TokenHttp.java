package dev.sluice.provider.auth;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Asks for tokens by HTTP, with bounds on time and size. For virtual threads. */
final class TokenHttp {

  private static final int CONNECT_MILLIS = 5_000;
  private static final int READ_MILLIS = 15_000;
  private static final int ANSWER_BYTES_MAX = 1 << 20;
  private static final int CODE_CHARS_MAX = 60;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Proxies proxies;

  TokenHttp(Proxies proxies) {
    this.proxies = proxies;
  }

  /**
   * Posts a form.
   *
   * @return the answer's JSON object
   * @throws TokenException where the answer is no 200 with an object
   */
  JsonNode post(URI url, Map<String, String> form) throws IOException {
    HttpURLConnection connection = open(url);
    connection.setRequestMethod("POST");
    connection.setRequestProperty("Content-Type", "application/x-www-form-urlencoded");
    connection.setDoOutput(true);
    byte[] body = encoded(form).getBytes(StandardCharsets.UTF_8);
    // Not streamed: the client would refuse to show what a 401 says.
    try (OutputStream out = connection.getOutputStream()) {
      out.write(body);
    }
    return answer(connection);
  }

  /**
   * Gets.
   *
   * @return the answer's JSON object
   * @throws TokenException where the answer is no 200 with an object
   */
  JsonNode get(URI url, Map<String, String> headers) throws IOException {
    HttpURLConnection connection = open(url);
    headers.forEach(connection::setRequestProperty);
    return answer(connection);
  }

  /** {@code name=value&name=value}. */
  static String encoded(Map<String, String> form) {
    StringBuilder text = new StringBuilder();
    new TreeMap<>(form)
        .forEach((name, value) ->
            text.append(text.isEmpty() ? "" : "&")
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8)));
    return text.toString();
  }

  private HttpURLConnection open(URI url) throws IOException {
    HttpURLConnection connection = proxies.open(url.toURL());
    connection.setConnectTimeout(CONNECT_MILLIS);
    connection.setReadTimeout(READ_MILLIS);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json");
    connection.setRequestProperty("User-Agent", "sluice");
    return connection;
  }

  private static JsonNode answer(HttpURLConnection connection) throws IOException {
    int status = connection.getResponseCode();
    JsonNode answer =
        read(status < 400 ? connection.getInputStream() : connection.getErrorStream());
    if (status != HttpURLConnection.HTTP_OK) {
      throw new TokenException("who gives tokens answered with status " + status + code(answer));
    }
    if (answer == null || !answer.isObject()) {
      throw new TokenException("who gives tokens answered with no JSON object");
    }
    return answer;
  }

  private static @Nullable JsonNode read(@Nullable InputStream in) throws IOException {
    if (in == null) {
      return null;
    }
    try (in) {
      byte[] bytes = in.readNBytes(ANSWER_BYTES_MAX + 1);
      if (bytes.length > ANSWER_BYTES_MAX) {
        throw new TokenException("who gives tokens answered with too much");
      }
      return JSON.readTree(bytes);
    } catch (JacksonException _) {
      // The parser's message quotes what may be a token.
      return null;
    }
  }

  /** The error's code, as RFC 6749, section 5.2, has it; its description may quote the request. */
  private static String code(@Nullable JsonNode answer) {
    String code = answer == null ? "" : answer.path("error").asString("");
    boolean plain = !code.isEmpty() && code.length() <= CODE_CHARS_MAX;
    for (int i = 0; plain && i < code.length(); i++) {
      char c = code.charAt(i);
      plain = Character.isLetterOrDigit(c) || c == '_' || c == '-' || c == '.';
    }
    return plain ? " and the error " + code : "";
  }
}
