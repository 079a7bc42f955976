package dev.sluice.dialect.assemblyai;

import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.Scan;
import dev.sluice.json.ScanOptions;
import dev.sluice.json.ShapeScanner;
import dev.sluice.json.Violation;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Reads and checks the text of a request. Immutable and shared by all loops. */
final class RequestReader {

  /** How many violations are told of one request. */
  static final int VIOLATIONS_MAX = 8;

  private static final byte[] TRANSCRIPT_TAG =
      "{{ transcript }}".getBytes(StandardCharsets.US_ASCII);

  private final ShapeScanner scanner;
  private final byte[] maxTokens;

  /**
   * A reader.
   *
   * @param maxTokens what a request without {@code max_tokens} gets
   * @param depthMax how deep a request may nest
   */
  RequestReader(int maxTokens, int depthMax) {
    this.maxTokens = Integer.toString(maxTokens).getBytes(StandardCharsets.US_ASCII);
    this.scanner =
        new ShapeScanner(
            AssemblyAiFields.REQUEST,
            new ScanOptions(depthMax, VIOLATIONS_MAX, ScanOptions.Duplicates.REFUSED));
  }

  /**
   * The request that {@code bytes[from, to)} says.
   *
   * @throws GatewayException where it is not one
   */
  AssemblyAiRequest read(byte[] bytes, int from, int to) {
    Scan scan;
    try {
      scan = scanner.scan(bytes, from, to);
    } catch (MalformedJson e) {
      throw new GatewayException(new Fault.MalformedBody(e.reason(), e.offset()));
    }
    if (!scan.violations().isEmpty()) {
      throw new GatewayException(new Fault.InvalidRequest(told(scan.violations())));
    }
    List<Fault.Violation> violations = new ArrayList<>(0);
    Messages messages = Messages.read(scan, violations);
    if (messages.count() == 0 && !scan.hasValue(AssemblyAiFields.PROMPT)) {
      violations.add(
          new Fault.Violation("messages", "one of messages or prompt required", -1, null));
    }
    if (!violations.isEmpty()) {
      throw new GatewayException(new Fault.InvalidRequest(violations));
    }
    if (scan.hasValue(AssemblyAiFields.TRANSCRIPT_ID) && asksForTranscript(scan)) {
      // No transcripts are kept here, so every id is unknown; without a tag it is not looked up.
      throw new GatewayException(new Fault.UnknownPath("transcript not found"));
    }
    return new AssemblyAiRequest(scan, to, messages, maxTokens);
  }

  private static List<Fault.Violation> told(List<Violation> found) {
    List<Fault.Violation> told = new ArrayList<>(found.size());
    for (int i = 0; i < found.size(); i++) {
      Violation violation = found.get(i);
      String words =
          violation.path().equals("model_region") && violation.kind() == Violation.Kind.NOT_ONE_OF
              ? "model_region can only be set to global"
              : violation.words();
      told.add(new Fault.Violation(violation.path(), words, violation.offset(), null));
    }
    return told;
  }

  private static boolean asksForTranscript(Scan scan) {
    return holdsTag(scan, AssemblyAiFields.MESSAGES) || holdsTag(scan, AssemblyAiFields.PROMPT);
  }

  private static boolean holdsTag(Scan scan, int field) {
    if (!scan.has(field)) {
      return false;
    }
    byte[] bytes = scan.bytes();
    int last = scan.valueEnd(field) - TRANSCRIPT_TAG.length;
    for (int i = scan.valueStart(field); i <= last; i++) {
      if (bytes[i] == '{' && startsWithTag(bytes, i)) {
        return true;
      }
    }
    return false;
  }

  private static boolean startsWithTag(byte[] bytes, int at) {
    for (int k = 0; k < TRANSCRIPT_TAG.length; k++) {
      if (bytes[at + k] != TRANSCRIPT_TAG[k]) {
        return false;
      }
    }
    return true;
  }
}
