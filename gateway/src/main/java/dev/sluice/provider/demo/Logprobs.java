package dev.sluice.provider.demo;

import dev.sluice.json.JsonText;
import java.nio.charset.StandardCharsets;

/** Writes made-up but well-formed logprobs: every token is as likely as the other. */
final class Logprobs {

  private static final double LOGPROB = -0.25;

  private Logprobs() {}

  /**
   * Appends the logprobs of a piece of text.
   *
   * @param refusal whether the text is a refusal, which has a list of its own
   * @param top how many alternatives each token shows
   */
  static void append(String text, int from, int to, boolean refusal, int top, StringBuilder json) {
    json.append(refusal ? "{\"content\":null,\"refusal\":[" : "{\"content\":[");
    for (int at = from; at < to; ) {
      int end = Tokens.end(text, at);
      json.append(at == from ? "{" : ",{");
      token(text.substring(at, end), top, json);
      json.append('}');
      at = end;
    }
    json.append(refusal ? "]}" : "],\"refusal\":null}");
  }

  private static void token(String token, int top, StringBuilder json) {
    one(token, LOGPROB, json);
    json.append(",\"top_logprobs\":[");
    for (int k = 0; k < top; k++) {
      json.append(k == 0 ? "{" : ",{");
      one(k == 0 ? token : token + k, LOGPROB * (k + 1), json);
      json.append('}');
    }
    json.append(']');
  }

  private static void one(String token, double logprob, StringBuilder json) {
    json.append("\"token\":");
    JsonText.quote(token, json);
    json.append(",\"logprob\":").append(logprob).append(",\"bytes\":[");
    byte[] bytes = token.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      json.append(i == 0 ? "" : ",").append(bytes[i] & 0xff);
    }
    json.append(']');
  }
}
