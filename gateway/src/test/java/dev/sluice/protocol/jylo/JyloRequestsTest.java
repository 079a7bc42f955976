package dev.sluice.protocol.jylo;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Json;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.ResponseFormat;
import dev.sluice.chat.Rest;
import dev.sluice.protocol.jylo.JyloRequests.Decoded;
import dev.sluice.protocol.jylo.JyloRequests.UnknownMembers;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JyloRequestsTest {

  private static final String MESSAGES = "\"messages\":[{\"role\":\"user\",\"content\":\"hi\"}]";
  private static final String NO_REQUEST = "The request field is required.";

  @Test
  void aRequestIsRead() {
    ChatRequest request =
        accepted(
            "{\"messages\":[{\"role\":\"system\",\"content\":\"s\"},{\"role\":\"User\","
                + "\"content\":\"\\u00e9\"},{\"content\":null,\"role\":\"assistant\"},"
                + "{\"role\":\"developer\",\"content\":\"d\"},{\"role\":\"text\",\"content\":\"t\"}],"
                + "\"stream\":true,\"max_tokens\":7}");

    assertThat(request.messages())
        .containsExactly(
            Message.System.of("s"),
            Message.User.of("é"),
            Message.Assistant.of(new Part.Text("")),
            Message.Developer.of("d"),
            Message.User.of("t"));
    assertThat(request.delivery()).isEqualTo(ChatRequest.Delivery.STREAM_WITH_USAGE);
    assertThat(request.output().tokensMax()).isEqualTo(7);
    assertThat(request.model()).isEmpty();
  }

  @Test
  @DisplayName("jylo trap 9: names in any case, also escaped; of two equal ones the last counts")
  void namesMatchInAnyCase() {
    ChatRequest request =
        accepted(
            "{\"Messages\":[{\"ROLE\":\"user\",\"Content\":\"a\"}],\"STREAM\":true,\"max_Tokens\":1,"
                + "\"stre\\u0061m\":false,\"MAX_TOKENS\":\"3\",\"messages\":[{\"role\":\"x\","
                + "\"role\":\"assistant\",\"content\":\"b\"}]}");

    assertThat(request.messages()).containsExactly(Message.Assistant.of(new Part.Text("b")));
    assertThat(request.delivery()).isEqualTo(ChatRequest.Delivery.WHOLE);
    assertThat(request.output().tokensMax()).isEqualTo(3);
  }

  @Test
  void whatStandsBetweenIsPassedOver() {
    assertThat(accepted("\ufeff {\"a\":{\"messages\":[1,{}]},\n" + MESSAGES + " } \n").messages())
        .containsExactly(Message.User.of("hi"));
  }

  @ParameterizedTest(name = "{0} -> {1}")
  @DisplayName("jylo trap 9: a whole number may be a string, and null is absent")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "null|",
        "0|0",
        "-5|-5",
        "2147483647|2147483647",
        "-2147483648|-2147483648",
        "\"5\"|5",
        "\"\\u0035\"|5",
        "\"+05\"|5",
      })
  void wholeNumbersAreRead(String value, Long expected) {
    assertThat(accepted("{" + MESSAGES + ",\"max_tokens\":" + value + "}").output().tokensMax())
        .isEqualTo(expected);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "2147483648",
        "-2147483649",
        "99999999999999999999",
        "1.0",
        "1.5",
        "1e2",
        "\"\"",
        "\"5x\"",
        "\" 5\"",
        "\"-\"",
        "true",
        "{}",
        "[]",
        "\"1.0\"",
      })
  void whatIsNoIntegerIsRefused(String value) {
    Fault.Violation told = refused("{" + MESSAGES + ",\"max_tokens\":" + value + "}").getFirst();

    assertThat(told.path()).isEqualTo("$.max_tokens");
    assertThat(told.message())
        .startsWith(
            "The JSON value could not be converted to System.Nullable`1[System.Int32]. Path:"
                + " $.max_tokens | LineNumber: 0 | BytePositionInLine: ");
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("jylo trap 11: a wrong type is told with its path, line and byte")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "{\"stream\":\"x\",M}|$.stream|System.Boolean|0|13",
        "{\"stream\":null,M}|$.stream|System.Boolean|0|14",
        "{\"Stream\": 1,M}|$.Stream|System.Boolean|0|12",
        "{\"stream\":{\"a\":1},M}|$.stream|System.Boolean|0|11",
        "{\"response_format\":5,M}|$.response_format|R|0|20",
        "{\"response_format\":{\"type\":5},M}|$.response_format.type|System.String|0|28",
        "{\"response_format\":{\"type\":\"text\",\"schema\":{}},M}|$.response_format.schema|"
            + "System.String|0|44",
        "{\"messages\":5}|$.messages|L|0|13",
        "{\"messages\":{}}|$.messages|L|0|13",
        "{\"messages\":[5]}|$.messages[0]|M|0|14",
        "{\"messages\":[null]}|$.messages[0]|M|0|17",
        "{\"messages\":[{\"role\":1,\"content\":\"\"}]}|$.messages[0].role|System.String|0|22",
        "[]|$|Q|0|1",
        "\"x\"|$|Q|0|3",
      })
  void aWrongTypeIsToldWithItsPlace(String body, String path, String type, int line, int position) {
    String name =
        switch (type) {
          case "L" -> "System.Collections.Generic.List`1[Jylo.Inference.Core.Models.Message]";
          case "M" -> "Jylo.Inference.Core.Models.Message";
          case "R" -> "Jylo.Inference.Core.Models.ResponseFormat";
          case "Q" -> "Jylo.Inference.Core.Models.ChatCompletionRequest";
          default -> type;
        };

    assertThat(refused(body.replace(",M}", "," + MESSAGES + "}")))
        .extracting(Fault.Violation::path, Fault.Violation::message)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(
                path,
                "The JSON value could not be converted to "
                    + name
                    + ". Path: "
                    + path
                    + " | LineNumber: "
                    + line
                    + " | BytePositionInLine: "
                    + position
                    + "."));
  }

  @Test
  @DisplayName("jylo trap 11: lines are counted, and bytes within them")
  void linesAreCounted() {
    assertThat(refused("{" + MESSAGES + ",\n\"x\":\"é\",\r\n \"stream\": 3 }"))
        .singleElement()
        .extracting(Fault.Violation::message)
        .asString()
        .endsWith("Path: $.stream | LineNumber: 2 | BytePositionInLine: 12.");
  }

  @Test
  void allThatIsWrongIsTold() {
    assertThat(
            refused(
                "{\"messages\":[{\"role\":1},{\"content\":2,\"role\":\"user\"}],\"stream\":0,"
                    + "\"max_tokens\":\"x\",\"response_format\":{}}"))
        .extracting(Fault.Violation::path)
        .containsExactly(
            "$.messages[0].role",
            "$.messages[0]",
            "$.messages[1].content",
            "$.stream",
            "$.max_tokens",
            "$.response_format");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{}|$|'Jylo.Inference.Core.Models.ChatCompletionRequest'|'messages'",
        "{\"messages\":[{}]}|$.messages[0]|'Jylo.Inference.Core.Models.Message'|'role', 'content'",
        "{\"messages\":[{\"role\":\"u\"}]}|$.messages[0]|'Jylo.Inference.Core.Models.Message'|'content'",
        "{\"messages\":[{\"content\":\"\"}]}|$.messages[0]|'Jylo.Inference.Core.Models.Message'|'role'",
        "{M,\"response_format\":{\"schema\":\"{}\"}}|$.response_format|"
            + "'Jylo.Inference.Core.Models.ResponseFormat'|'type'",
      })
  void whatIsMissingIsTold(String body, String path, String type, String names) {
    Fault.Violation told = refused(body.replace("{M", "{" + MESSAGES)).getFirst();

    assertThat(told.path()).isEqualTo(path);
    assertThat(told.message())
        .isEqualTo(
            "JSON deserialization for type "
                + type
                + " was missing required properties including: "
                + names
                + ".");
  }

  @Test
  void nullWhereAValueMustBeIsTold() {
    assertThat(refused("{\"messages\":null}"))
        .containsExactly(violation("Messages", "The Messages field is required.", 0));
    assertThat(refused("{\"messages\":[{\"role\":null,\"content\":null}]}"))
        .containsExactly(violation("Messages[0].Role", "The Role field is required.", 13));
  }

  @ParameterizedTest(name = "{0}")
  @DisplayName("jylo §5.8: what is no JSON is told in the framework's words, with path and place")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      ignoreLeadingAndTrailingWhitespace = false,
      value = {
        "say hi|$|0|'s' is an invalid start of a value.",
        "{\"messages\": s}|$.messages|13|'s' is an invalid start of a value.",
        "{\"messages\":[{\"role\":'u'}]}|$.messages[0].role|21|''' is an invalid start of a value.",
        "{\"messages\":[{\"role\":\"u\"} x]}|$.messages[1]|26|'x' is invalid after a value. Expected"
            + " either ',', '}', or ']'.",
        "{\"messages\":[{\"role\":\"u\"},]}|$.messages[1]|26|The JSON array contains a trailing comma"
            + " at the end which is not supported in this mode. Change the reader options.",
        "{\"stream\":true,}|$|15|The JSON object contains a trailing comma at the end which is not"
            + " supported in this mode. Change the reader options.",
        "{\"stream\":tru}|$.stream|13|'tru}' is an invalid JSON literal. Expected the literal"
            + " 'true'.",
        "{\"stream\" true}|$|10|'t' is invalid after a property name. Expected a ':'.",
        "{stream:true}|$|1|'s' is an invalid start of a property name. Expected a '\"'.",
        "{\"stream\":true}x|$|15|'x' is invalid after a single JSON value. Expected end of data.",
        "{\"max_tokens\":01}|$.max_tokens|15|'1' is an invalid end of a number. Expected a"
            + " delimiter.",
        "{\"max_tokens\":-x}|$.max_tokens|15|'x' is invalid within a number, immediately after a"
            + " sign character ('+' or '-'). Expected a digit ('0'-'9').",
        "{\"a b\":[NaN]}|$['a b']|8|'N' is an invalid start of a value.",
        "{\"a\":// c}|$.a|5|'/' is an invalid start of a value.",
        "{\"a\":\"\\x\"}|$.a|7|'x' is an invalid escapable character within a JSON string. The"
            + " string should be correctly escaped.",
        "{\"a\":\"\\u00g0\"}|$.a|10|'g' is not a hex digit following '\\u' within a JSON string."
            + " The string should be correctly escaped.",
        "{\"a\":\"b|$.a|7|Expected end of string, but instead reached end of data.",
        "{\"a\"|$|4|Expected a value, but instead reached end of data.",
        "{\"a\":1,|$|6|Expected start of a property name or value, but instead reached end of data.",
        "{\"messages\":[|$.messages[0]|13|Expected depth to be zero at the end of the JSON payload."
            + " There is an open JSON object or array that should be closed.",
      })
  void whatIsNoJsonIsTold(String body, String path, int position, String sentence) {
    assertThat(refused(body))
        .containsExactly(
            violation(
                path,
                sentence
                    + " Path: "
                    + path
                    + " | LineNumber: 0 | BytePositionInLine: "
                    + position
                    + ".",
                position),
            violation("request", NO_REQUEST, 0));
  }

  @Test
  void aControlCharacterIsShownByItsNumber() {
    assertThat(refused("{\n\"a\":\"b\u0001\"}").getFirst().message())
        .isEqualTo(
            "'0x01' is invalid within a JSON string. The string should be correctly escaped."
                + " Path: $.a | LineNumber: 1 | BytePositionInLine: 6.");
  }

  @Test
  @DisplayName("jylo trap 25: what is no UTF-8 is refused, known member or not")
  void whatIsNoUtf8IsRefused() {
    byte[] bytes = ("{\"x\":\"?\"," + MESSAGES + "}").getBytes(StandardCharsets.UTF_8);
    bytes[6] = (byte) 0xc3;

    assertThat(decode(bytes, 32, UnknownMembers.IGNORED))
        .isInstanceOfSatisfying(
            Decoded.Refused.class,
            refused ->
                assertThat(refused.violations().getFirst())
                    .isEqualTo(
                        violation(
                            "$.x",
                            "The JSON value could not be converted to System.String. Path: $.x |"
                                + " LineNumber: 0 | BytePositionInLine: 6.",
                            6)));
  }

  @Test
  @DisplayName("jylo trap 25: 10,000 brackets are one too deep at the 33rd")
  void nestingIsBounded() {
    String deep = "[".repeat(31) + "]".repeat(31);
    assertThat(accepted("{\"x\":" + deep + "," + MESSAGES + "}").messages()).hasSize(1);

    assertThat(refused("{\"x\":" + "[".repeat(10_000)).getFirst().message())
        .isEqualTo(
            "The maximum configured depth of 32 has been exceeded. Cannot read next JSON array."
                + " Path: $.x | LineNumber: 0 | BytePositionInLine: 36.");
  }

  @Test
  void nothingAtAllIsTold() {
    assertThat(refused(""))
        .containsExactly(
            violation("", "A non-empty request body is required.", 0),
            violation("request", NO_REQUEST, 0));
    assertThat(refused(" null ")).isEqualTo(refused(""));
    assertThat(refused("\n "))
        .containsExactly(
            violation(
                "$",
                "The input does not contain any JSON tokens. Expected the input to start with a"
                    + " valid JSON token, when isFinalBlock is true. Path: $ | LineNumber: 1 |"
                    + " BytePositionInLine: 1.",
                2),
            violation("request", NO_REQUEST, 0));
  }

  @Test
  @DisplayName("jylo §8.3: a strict door refuses unknown members")
  void unknownMembersAreRefusedByAStrictReader() {
    String body =
        "{\"messages\":[{\"role\":\"u\",\"content\":\"\",\"name\":\"n\"}],\"temperature\":1}";

    assertThat(accepted(body).messages()).hasSize(1);
    assertThat(decode(body.getBytes(StandardCharsets.UTF_8), 32, UnknownMembers.REFUSED))
        .isEqualTo(
            new Decoded.Refused(
                List.of(
                    violation(
                        "$.messages[0].name",
                        "The JSON property 'name' could not be mapped to any .NET member contained"
                            + " in type 'Jylo.Inference.Core.Models.Message'.",
                        38),
                    violation(
                        "$.temperature",
                        "The JSON property 'temperature' could not be mapped to any .NET member"
                            + " contained in type"
                            + " 'Jylo.Inference.Core.Models.ChatCompletionRequest'.",
                        body.indexOf("\"temp")))));
  }

  @Test
  @DisplayName("jylo trap 10: a schema is a string, parsed only where the type is json_schema")
  void aSchemaIsAString() {
    assertThat(format("{\"type\":\"text\",\"schema\":\"text\"}"))
        .isEqualTo(new ResponseFormat.Text());
    assertThat(format("{\"type\":\"json_object\"}")).isEqualTo(new ResponseFormat.AnyObject());
    assertThat(
            format("{\"TYPE\":\"json_schema\",\"Schema\":\" {\\\"type\\\" : \\\"object\\\"} \"}"))
        .isEqualTo(
            new ResponseFormat.Schema(
                "response", null, new Json("{\"type\" : \"object\"}"), null, Rest.NONE));
    String deep = "{\\\"a\\\":".repeat(64) + "1" + "}".repeat(64);
    assertThat(format("{\"type\":\"json_schema\",\"schema\":\"" + deep + "\"}"))
        .isInstanceOf(ResponseFormat.Schema.class);
    assertThat(format("null")).isNull();
    assertThat(format("{\"type\":null}")).isNull();
  }

  @ParameterizedTest
  @DisplayName("jylo §7: a schema that cannot be parsed is a 400")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '!',
      value = {
        "{\"type\":\"json_schema\"}|ResponseFormat.Schema",
        "{\"type\":\"json_schema\",\"schema\":null}|ResponseFormat.Schema",
        "{\"type\":\"json_schema\",\"schema\":\"\"}|ResponseFormat.Schema",
        "{\"type\":\"json_schema\",\"schema\":\"text\"}|ResponseFormat.Schema",
        "{\"type\":\"json_schema\",\"schema\":\"[]\"}|ResponseFormat.Schema",
        "{\"type\":\"json_schema\",\"schema\":\"{} {}\"}|ResponseFormat.Schema",
        "{\"type\":\"xml\"}|ResponseFormat.Type",
      })
  void aFormatThatMakesNoSenseIsRefused(String format, String key) {
    assertThat(refused("{" + MESSAGES + ",\"response_format\":" + format + "}"))
        .singleElement()
        .extracting(Fault.Violation::path)
        .isEqualTo(key);
  }

  @Test
  void everyCutOfARequestIsRefused() {
    String body =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"h\\u00e9\"}],\"stream\":false,"
            + "\"max_tokens\":-12,\"x\":[1.5e3,{}],\"response_format\":{\"type\":\"text\"}}";
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);

    assertThat(accepted(body).messages()).hasSize(1);
    for (int length = 0; length < bytes.length; length++) {
      assertThat(decode(Arrays.copyOf(bytes, length), 32, UnknownMembers.IGNORED))
          .as("the first %d bytes", length)
          .isInstanceOf(Decoded.Refused.class);
    }
  }

  private static ResponseFormat format(String json) {
    return accepted("{" + MESSAGES + ",\"response_format\":" + json + "}").output().format();
  }

  private static ChatRequest accepted(String body) {
    Decoded decoded = decode(body.getBytes(StandardCharsets.UTF_8), 32, UnknownMembers.IGNORED);
    assertThat(decoded).isInstanceOf(Decoded.Accepted.class);
    return ((Decoded.Accepted) decoded).request();
  }

  private static List<Fault.Violation> refused(String body) {
    Decoded decoded = decode(body.getBytes(StandardCharsets.UTF_8), 32, UnknownMembers.IGNORED);
    assertThat(decoded).isInstanceOf(Decoded.Refused.class);
    return ((Decoded.Refused) decoded).violations();
  }

  private static Decoded decode(byte[] bytes, int depth, UnknownMembers unknown) {
    // Between other bytes, as a buffer's are.
    byte[] within = new byte[bytes.length + 7];
    Arrays.fill(within, (byte) '"');
    System.arraycopy(bytes, 0, within, 3, bytes.length);
    return JyloRequests.decode(
        within, 3, 3 + bytes.length, new JyloRequests.Options(depth, 2 * depth, unknown));
  }

  private static Fault.Violation violation(String path, String message, int offset) {
    return new Fault.Violation(path, message, offset, null);
  }
}
