package dev.sluice.compat.requests;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/** What clients of OpenAI's protocol ask. */
final class Asks {

  private static final String FOLDER = System.getenv("SLUICE_RECORDINGS");

  private static final String IMAGE =
      "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
          + "hgGAWjR9awAAAABJRU5ErkJggg==";
  private static final String DOCUMENT =
      "data:application/pdf;base64,JVBERi0xLjAKMSAwIG9iajw8L1R5cGUvQ2F0YWxvZz4+ZW5kb2JqCiUlRU9GCg==";

  private Asks() {}

  /**
   * A request.
   *
   * @param name the recording's, or the sample's
   */
  record Ask(String name, ObjectNode request) {

    /** The request for a model. */
    String to(String model) {
      return request.deepCopy().put("model", model).toString();
    }

    /** The same with bytes where it has addresses of images and documents. */
    Ask withoutAddresses() {
      ObjectNode copy = request.deepCopy();
      for (JsonNode message : copy.path("messages")) {
        for (JsonNode part : message.path("content")) {
          if (part.at("/image_url/url").asText().startsWith("http")) {
            ((ObjectNode) part.path("image_url")).put("url", IMAGE);
          }
          if (part.at("/file/file_data").asText().startsWith("http")) {
            ((ObjectNode) part.path("file")).put("file_data", DOCUMENT);
          }
        }
      }
      return new Ask(name, copy);
    }
  }

  /** The project's own, one a line behind its name. */
  static List<Ask> samples() throws IOException {
    List<Ask> samples = new ArrayList<>();
    try (InputStream in = Asks.class.getResourceAsStream("/requests/samples.json")) {
      Trees.read(new String(in.readAllBytes(), StandardCharsets.UTF_8))
          .properties()
          .forEach(sample -> samples.add(new Ask(sample.getKey(), (ObjectNode) sample.getValue())));
    }
    return samples;
  }

  /** All recorded ones, each once; none where there are no recordings. */
  static List<Ask> recorded() throws IOException {
    if (FOLDER == null || FOLDER.isEmpty()) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(Path.of(FOLDER).toRealPath())) {
      List<Ask> asks = new ArrayList<>();
      Set<String> known = new HashSet<>();
      for (Path file : files.filter(one -> one.toString().endsWith(".json")).sorted().toList()) {
        JsonNode recorded = Trees.read(Files.readString(file));
        JsonNode request = recorded.path("request_body");
        if (recorded.path("endpoint").asText().contains("/chat/completions")
            && request.path("messages").isArray()) {
          Ask ask =
              new Ask(
                  file.getParent().getFileName() + "/" + file.getFileName(),
                  inOpenAisWords((ObjectNode) request));
          if (known.add(ask.to("any"))) {
            asks.add(ask);
          }
        }
      }
      return asks;
    }
  }

  /** Puts what Mistral's own clients leave out or call otherwise as OpenAI's clients have it. */
  private static ObjectNode inOpenAisWords(ObjectNode request) {
    if (request.path("tool_choice").asText().equals("any")) {
      request.put("tool_choice", "required");
    }
    for (JsonNode tool : request.path("tools")) {
      if (!tool.has("type")) {
        ((ObjectNode) tool).put("type", "function");
      }
    }
    return request;
  }
}
