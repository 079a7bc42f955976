package dev.sluice.app;

import dev.sluice.app.Replay.Answer;
import dev.sluice.recorded.Protocol;
import dev.sluice.recorded.Readings;
import dev.sluice.recorded.Recorded;
import dev.sluice.recorded.Said;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Holds what a client of the default door got against what the provider said. */
final class ReplayChecks {

  private static final JsonMapper MAPPER = JsonMapper.builder().build();
  private static final String EXTRA = "\"extra_fields\":{\"provider\":\"";
  private static final int BAD_REQUEST = 400;
  private static final int BAD_GATEWAY = 502;
  private static final int UNAVAILABLE = 503;

  private ReplayChecks() {}

  /** Everything that is wrong with an answer to what was played to its end. */
  static List<String> problems(Recorded recorded, Answer answer) {
    if (answer.body().contains(Replay.KEY)) {
      return List.of("our key is in the answer");
    }
    if (answer.broken()) {
      return List.of("the transfer broke off");
    }
    JsonNode error = error(recorded);
    if (error != null) {
      return refusalProblems(recorded, error, answer);
    }
    if (answer.status() != 200) {
      return List.of("status " + answer.status() + ": " + answer.body());
    }
    List<String> problems = new ArrayList<>();
    if (recorded.isStream()) {
      streamProblems(recorded, answer, problems);
    } else {
      wholeProblems(recorded, answer, problems);
    }
    return problems;
  }

  private static void wholeProblems(Recorded recorded, Answer answer, List<String> problems) {
    problems.addAll(Readings.of(recorded).differences(Readings.ofClient(answer.body())));
    if (recorded.protocol() == Protocol.OPENAI) {
      unaltered("the answer", recorded.text(), answer.body(), problems);
    }
  }

  private static void streamProblems(Recorded recorded, Answer answer, List<String> problems) {
    JsonNode broken = brokenOff(recorded);
    List<String> frames = answer.frames();
    if (broken != null) {
      boolean told =
          !frames.isEmpty()
              && frames.getLast().contains("\"error\"")
              && frames.getLast().contains(broken.path("message").asString());
      if (!told || answer.body().contains("[DONE]")) {
        problems.add("the provider's error is not told: " + frames.getLast());
      }
      return;
    }
    Said said = Readings.of(recorded);
    if (recorded.protocol() != Protocol.OPENAI) {
      problems.addAll(said.differences(Readings.ofClient(frames)));
      return;
    }
    problems.addAll(said.differences(Readings.ofClientAsProvided(frames)));
    String[] sent = recorded.text().replace("\r\n", "\n").strip().split("\n\n", -1);
    String[] got = answer.body().replace("\r\n", "\n").strip().split("\n\n", -1);
    if (sent.length != got.length) {
      problems.add("frames: " + got.length + " of " + sent.length);
      return;
    }
    for (int i = 0; i < sent.length; i++) {
      unaltered("frame " + i, sent[i], got[i], problems);
    }
  }

  /** Checks that nothing was changed but for the door's own member, added at one place. */
  private static void unaltered(String what, String sent, String got, List<String> problems) {
    int at = got.lastIndexOf(EXTRA);
    boolean same;
    if (at < 0) {
      same = sent.equals(got);
    } else {
      int before = got.charAt(at - 1) == ',' ? at - 1 : at;
      String behind = sent.startsWith(got.substring(0, before)) ? sent.substring(before) : "\0";
      same = got.endsWith(behind);
    }
    if (!same) {
      problems.add(what + " was altered: " + got);
    }
  }

  /** The error that a recorded answer is; {@code null} where it is none. */
  static @Nullable JsonNode error(Recorded recorded) {
    if (recorded.isStream()) {
      return null;
    }
    JsonNode body;
    try {
      body = MAPPER.readTree(recorded.text());
    } catch (JacksonException _) {
      return MAPPER.createObjectNode();
    }
    if (body.isMissingNode()) {
      return MAPPER.createObjectNode();
    }
    if (recorded.status() != 200) {
      return body.path("error").isObject() ? body.path("error") : body;
    }
    return body.path("error").isObject() ? body.path("error") : null;
  }

  /** The error that ends a recorded stream; {@code null} where none does. */
  static @Nullable JsonNode brokenOff(Recorded recorded) {
    for (String frame : recorded.frames()) {
      if (frame.contains("\"error\"") && MAPPER.readTree(frame).path("error").isObject()) {
        return MAPPER.readTree(frame).path("error");
      }
    }
    return null;
  }

  /**
   * Holds a refusal against the provider's. Where our own credential was refused, the client hears
   * of trouble behind the gateway and nothing of the credential.
   */
  private static List<String> refusalProblems(Recorded recorded, JsonNode error, Answer answer) {
    List<String> problems = new ArrayList<>();
    JsonNode told;
    try {
      told = MAPPER.readTree(answer.body());
    } catch (JacksonException _) {
      return List.of("no JSON: " + answer.body());
    }
    String message = told.path("error").path("message").asString("");
    boolean ours = isOurCredential(recorded, error);
    int status = status(recorded, error, ours);
    boolean fits =
        answer.status() == status || (status == BAD_GATEWAY && answer.status() == UNAVAILABLE);
    if (!fits || told.path("status_code").asInt(0) != answer.status()) {
      problems.add("status " + answer.status() + ", expected " + status);
    }
    String said = error.path("message").asString("");
    if (message.isEmpty() || (!ours && !message.contains(said))) {
      problems.add("message: " + message + ", expected " + said);
    }
    if (ours && (said.isEmpty() || message.contains(said))) {
      problems.add("what the provider says of our credential is told: " + message);
    }
    if (!ours && error.path("code").isString()) {
      String code = told.path("error").path("code").asString("");
      if (!code.equals(error.path("code").asString())) {
        problems.add("code: " + code + ", expected " + error.path("code"));
      }
    }
    return problems;
  }

  private static boolean isOurCredential(Recorded recorded, JsonNode error) {
    return recorded.status() == 401
        || recorded.status() == 403
        || error.toString().contains("API_KEY_INVALID");
  }

  private static int status(Recorded recorded, JsonNode error, boolean ours) {
    if (ours) {
      return BAD_GATEWAY;
    }
    if (recorded.status() != 200) {
      return recorded.status();
    }
    // An error that came as an answer: it says itself what it is, or is none.
    int own = error.path("status").asInt(BAD_GATEWAY);
    return own >= BAD_REQUEST ? own : BAD_GATEWAY;
  }
}
