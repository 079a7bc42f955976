package dev.sluice.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.sluice.json.JsonCursor;
import dev.sluice.json.JsonReader;
import dev.sluice.json.JsonWriter;
import dev.sluice.json.MalformedJson;
import dev.sluice.json.NameTable;
import dev.sluice.protocol.openai.ModelListReader;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.exc.StreamConstraintsException;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** The reader of JSON takes what another strict one takes, and says the same of it. */
class JsonFuzzTest {

  private static final int DEPTH_MAX = 400;

  private static final JsonMapper OTHER =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(DEPTH_MAX).build())
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  @FuzzTest
  void cursor(byte[] input) {
    String text = utf8(input);
    boolean taken = isTaken(input);
    if (text == null) {
      if (taken) {
        throw new IllegalStateException("taken, but no UTF-8");
      }
      return;
    }
    try {
      boolean other = !text.isBlank() && OTHER.readTree(text) != null;
      if (other != taken) {
        throw new IllegalStateException(other ? "refused, but JSON" : "taken, but no JSON");
      }
    } catch (StreamConstraintsException _) {
      // Beyond the other's bounds, which are not ours.
    } catch (JacksonException e) {
      // RFC 8259, section 8.2: halves of pairs may be escaped alone; the other refuses them in
      // names.
      if (taken && !e.getMessage().contains("surrogate")) {
        throw new IllegalStateException("taken, but no JSON: " + e.getMessage(), e);
      }
    }
  }

  /** A part of an array is read as the same text is that stands alone. */
  @FuzzTest
  void bounds(byte[] input) {
    byte[] padded = new byte[input.length + 16];
    Arrays.fill(padded, (byte) '"');
    System.arraycopy(input, 0, padded, 8, input.length);

    JsonCursor cursor = new JsonCursor(padded, 8, 8 + input.length, DEPTH_MAX);

    if (isTaken(cursor) != isTaken(input)) {
      throw new IllegalStateException("what stands around a text changes it");
    }
  }

  /** A text that is written is read as it was. */
  @FuzzTest
  void text(byte[] input) {
    String text = anyText(input);
    JsonWriter out = new JsonWriter();
    out.beginArray().text(text).beginObject().name(text).text(text).endObject().endArray();
    byte[] bytes = out.toBytes();
    JsonReader in = new JsonReader(bytes, 0, bytes.length, NameTable.of("a"));

    in.enterArray();
    String item = in.text();
    in.nextItem();
    in.enterObject();
    String name = in.name();
    String value = in.text();

    if (!item.equals(text) || !name.equals(text) || !value.equals(text)) {
      throw new IllegalStateException("read as another");
    }
  }

  /** Lists of models come from providers. */
  @FuzzTest
  void models(byte[] input) {
    ModelListReader.read(input, 0, input.length);
  }

  /** A text that may hold any character, lone halves of pairs among them. */
  private static String anyText(byte[] bytes) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < bytes.length; i++) {
      boolean wide = bytes[i] < 0 && i + 1 < bytes.length;
      text.append((char) (wide ? (bytes[i] & 0xff) << 8 | bytes[++i] & 0xff : bytes[i] & 0x7f));
    }
    return text.toString();
  }

  private static boolean isTaken(byte[] bytes) {
    return isTaken(new JsonCursor(bytes, 0, bytes.length, DEPTH_MAX));
  }

  private static boolean isTaken(JsonCursor cursor) {
    try {
      cursor.skipValue(0);
      return cursor.peek() == -1;
    } catch (MalformedJson _) {
      return false;
    }
  }

  private static @Nullable String utf8(byte[] bytes) {
    try {
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException _) {
      return null;
    }
  }
}
