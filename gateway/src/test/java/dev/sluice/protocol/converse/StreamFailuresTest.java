package dev.sluice.protocol.converse;

import static dev.sluice.protocol.converse.StreamLines.METADATA;
import static dev.sluice.protocol.converse.StreamLines.START;
import static dev.sluice.protocol.converse.StreamLines.STOP;
import static dev.sluice.protocol.converse.StreamLines.TEXT;
import static dev.sluice.protocol.converse.StreamLines.blockStop;
import static dev.sluice.protocol.converse.StreamLines.callStart;
import static dev.sluice.protocol.converse.StreamLines.input;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.Assembled;
import dev.sluice.chat.ChatEvent;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Losses;
import dev.sluice.json.MisshapenJson;
import dev.sluice.protocol.eventstream.Header;
import dev.sluice.protocol.eventstream.MessageReader;
import dev.sluice.protocol.eventstream.MessageWriter;
import dev.sluice.protocol.openai.ErrorReader.ProviderError;
import dev.sluice.protocol.rewording.Allowance;
import dev.sluice.protocol.rewording.Disguise;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Streams that are cut or fail, and what errors say. */
class StreamFailuresTest {

  @Test
  @DisplayName("case 65: a stream without its messageStop or its usage was cut")
  void aCutStreamIsAFailure() {
    for (String[] cut :
        new String[][] {
          {},
          {START},
          {START, TEXT},
          {START, TEXT, blockStop(0)},
          {START, METADATA},
          {START, TEXT, blockStop(0), STOP}
        }) {
      assertThat(Codec.events(cut).getLast())
          .isInstanceOfSatisfying(
              ChatEvent.Failure.class,
              failure -> assertThat(failure.fault()).isInstanceOf(Fault.UpstreamUnreachable.class));
    }
  }

  @ParameterizedTest
  @DisplayName("cases 65 and 67: modelled exceptions within a stream are failures")
  @CsvSource({
    "throttlingException, 429",
    "modelStreamErrorException, 502",
    "serviceUnavailableException, 503",
    "internalServerException, 500",
    "validationException, 400",
    "accessDeniedException, 403",
    "newException, 502"
  })
  void exceptionsAreFailures(String type, int status) {
    List<ChatEvent> events =
        Codec.events(START, TEXT, type + " {\"message\":\"went wrong\"}", STOP, METADATA);

    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            ChatEvent.Failure.class,
            failure -> {
              Fault.UpstreamFailed fault = (Fault.UpstreamFailed) failure.fault();
              assertThat(fault.status()).isEqualTo(status);
              assertThat(fault.type()).isEqualToIgnoringCase(type);
              // A credential of ours is no business of the client's.
              assertThat(fault.message())
                  .isEqualTo(
                      status == 403
                          ? "the provider refused the gateway's credential"
                          : "went wrong");
            });
  }

  @Test
  @DisplayName("case 67: errors of the service itself, and of a context that is too long")
  void otherErrorsInStreams() {
    ByteBuf out = Unpooled.buffer();
    MessageWriter.write(
        out,
        List.of(
            Header.text(":message-type", "error"),
            Header.text(":error-code", "InternalServerException"),
            Header.text(":error-message", "so \"sorry\"")),
        new byte[0],
        0,
        0);
    byte[] stream = Codec.bytes(out);

    assertThat(Codec.events(stream, stream.length))
        .containsExactly(
            new ChatEvent.Failure(
                new Fault.UpstreamFailed(
                    "so \"sorry\"", 500, "InternalServerException", null, null, null)));
    assertThat(
            ((ChatEvent.Failure)
                    Codec.events(
                            "validationException {\"message\":\"Input is too long for requested"
                                + " model.\"}")
                        .getLast())
                .fault())
        .isInstanceOf(Fault.ContextTooLong.class);
  }

  @ParameterizedTest
  @DisplayName("case 67: what errors say")
  @CsvSource(
      delimiter = '|',
      value = {
        "ValidationException:http://internal.amazon.com/coral/ | The model returned: prompt is too"
            + " long: 9 tokens > 8 maximum | ValidationException | context_length_exceeded",
        "ValidationException | The provided model identifier is invalid. | ValidationException |"
            + " model_not_found",
        "com.amazon.coral#ThrottlingException | Too many tokens, please wait before trying again. |"
            + " ThrottlingException | ",
        "ThrottlingException | Too many tokens per day, please wait. | ThrottlingException |"
            + " insufficient_quota",
        "ServiceQuotaExceededException | over | ServiceQuotaExceededException | insufficient_quota",
        "ResourceNotFoundException | no such | ResourceNotFoundException | model_not_found",
        "AccessDeniedException | You don't have access | AccessDeniedException | "
      })
  void errors(String header, String message, String type, String code) {
    byte[] body = ("{\"message\":\"" + message + "\"}").getBytes(UTF_8);

    ProviderError error = ConverseErrors.read(header, body, 0, body.length);

    assertThat(error.type()).isEqualTo(type);
    assertThat(error.code()).isEqualTo(code);
    assertThat(error.message()).isEqualTo(message);
  }

  @Test
  @DisplayName("case 67: errors without a body, or with another one")
  void quietErrors() {
    byte[] html = "<html>".getBytes(UTF_8);
    assertThat(ConverseErrors.read(null, html, 0, html.length)).isEqualTo(ProviderError.SILENT);
    assertThat(ConverseErrors.read("ModelTimeoutException", html, 0, 0).type())
        .isEqualTo("ModelTimeoutException");
    byte[] typed = "{\"__type\":\"a.b#AccessDeniedException\",\"Message\":\"no\"}".getBytes(UTF_8);
    assertThat(ConverseErrors.read("", typed, 0, typed.length))
        .isEqualTo(new ProviderError("no", "AccessDeniedException", null, null));
    assertThat(ConverseErrors.status("ModelTimeoutException")).isEqualTo(408);
  }

  @Test
  void nothingIsKeptWithoutBound() {
    ConverseEventDecoder decoder = new ConverseEventDecoder(Disguise.NONE);
    String start = callStart(0, ",\"type\":\"server_tool_use\"");
    feed(decoder, start);
    String piece = input(0, "x".repeat(1 << 20));
    for (int i = 0; i < Allowance.KEPT_MAX >> 20; i++) {
      feed(decoder, piece);
    }
    assertThatThrownBy(() -> feed(decoder, piece)).isInstanceOf(MisshapenJson.class);

    ConverseEventDecoder many = new ConverseEventDecoder(Disguise.NONE);
    assertThatThrownBy(
            () -> {
              for (int i = 0; i < 5000; i++) {
                feed(many, callStart(i, ""));
              }
            })
        .isInstanceOf(MisshapenJson.class);
  }

  private static void feed(ConverseEventDecoder decoder, String frame) {
    int space = frame.indexOf(' ');
    byte[] bytes = frame.substring(space + 1).getBytes(UTF_8);
    decoder.event(frame.substring(0, space), bytes, 0, bytes.length, _ -> {});
  }

  @Test
  void aStreamThatFailsEndsWithAnException() {
    ByteBuf out = Unpooled.buffer();
    ConverseEventEncoder encoder = new ConverseEventEncoder(new Losses());
    encoder.encode(new ChatEvent.Start(null, -1, null, "flex", dev.sluice.chat.Rest.NONE), out);
    assertThat(out.isReadable()).isFalse();
    encoder.encode(new ChatEvent.TextDelta(0, "Hi"), out);

    encoder.fail("modelStreamErrorException", "it broke", out);
    encoder.encode(new ChatEvent.TextDelta(0, "more"), out);

    byte[] stream = Codec.bytes(out);
    List<ChatEvent> events = Codec.events(stream, stream.length);
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            ChatEvent.Failure.class,
            failure -> assertThat(failure.fault().message()).isEqualTo("it broke"));
    assertThat(Assembled.of(events).choices.get(0).text.toString()).isEqualTo("Hi");
  }

  @Test
  void wrappedChunksThatAreNoneAreRefused() {
    InvokedStream chunks = new InvokedStream((_, _, _, _) -> {});
    byte[] stream = Codec.stream("chunk {\"bytes\":\"%%\"}");
    assertThatThrownBy(() ->
            new MessageReader(1000, message -> chunks.message(message, _ -> {}))
                .feed(stream, 0, stream.length))
        .isInstanceOf(MisshapenJson.class);

    List<ChatEvent> events = new ArrayList<>();
    byte[] failed =
        Codec.stream("throttlingException {\"message\":\"slow\"}", "chunk {\"bytes\":\"e30=\"}");
    new MessageReader(1000, message -> chunks.message(message, events::add))
        .feed(failed, 0, failed.length);
    assertThat(events).hasSize(1);
    assertThat(chunks.hasFailed()).isTrue();
  }
}
