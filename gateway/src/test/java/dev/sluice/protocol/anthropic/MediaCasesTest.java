package dev.sluice.protocol.anthropic;

import static dev.sluice.protocol.anthropic.Codec.fromOpenAi;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.GatewayException;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.protocol.anthropic.AnthropicAbilities.Addresses;
import java.util.Base64;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Pictures, documents and sound in messages and in results of tools. */
class MediaCasesTest {

  private static final String HI = "{\"role\":\"user\",\"content\":\"hi\"}";
  private static final String PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAAB";

  private static Codec.Written said(String... messages) {
    return fromOpenAi("{\"model\":\"m\",\"messages\":[" + String.join(",", messages) + "]}");
  }

  private static String call(String... ids) {
    String calls =
        List.of(ids).stream()
            .map(id ->
                "{\"id\":\""
                    + id
                    + "\",\"type\":\"function\",\"function\":{\"name\":\"f\",\"arguments\":\"{}\"}}")
            .collect(Collectors.joining(","));
    return "{\"role\":\"assistant\",\"content\":null,\"tool_calls\":[" + calls + "]}";
  }

  private static java.util.function.Consumer<GatewayException> refuses(String path) {
    return e ->
        assertThat(e.fault())
            .isInstanceOfSatisfying(
                Fault.InvalidRequest.class,
                fault -> assertThat(fault.violations().getFirst().path()).isEqualTo(path));
  }

  @Test
  @DisplayName("case 21: images and documents may stand in results")
  void mediaInResults() {
    ChatRequest request =
        Codec.openAi("{\"messages\":[" + HI + "," + call("a") + "]}").toBuilder()
            .message(
                new Message.ToolResult(
                    "a",
                    null,
                    List.of(
                        new Part.Image(new Media.Inline("image/png", PNG)),
                        new Part.File(
                            new Media.Written("text/plain", "doc"), "d", null, Rest.NONE)),
                    Message.ToolResult.Outcome.UNSTATED,
                    null,
                    Rest.NONE))
            .build();

    assertThat(Codec.write(request, Codec.ABLE).at("/messages/2/content/0/content"))
        .hasToString(
            "[{\"type\":\"image\",\"source\":{\"type\":\"base64\",\"media_type\":\"image/png\",\"data\":\""
                + PNG
                + "\"}},{\"type\":\"document\",\"source\":{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"doc\"},\"title\":\"d\"}]");
  }

  private static Codec.Written user(String part) {
    return said("{\"role\":\"user\",\"content\":[" + part + "]}");
  }

  @Test
  @DisplayName("case 30: an image's address is carried where the platform takes it")
  void addressesOfImages() {
    String image =
        "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a.png\",\"detail\":\"low\"}}";

    Codec.Written written = user(image);

    assertThat(written.at("/messages/0/content/0/source"))
        .hasToString("{\"type\":\"url\",\"url\":\"https://example.com/a.png\"}");
    AnthropicAbilities bytesOnly = AnthropicAbilities.LEAST;
    assertThat(bytesOnly.addresses()).isEqualTo(Addresses.REFUSED);
    assertThatThrownBy(() ->
            fromOpenAi(
                "{\"messages\":[{\"role\":\"user\",\"content\":[" + image + "]}]}", bytesOnly))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
    assertThatThrownBy(() -> user(image.replace("https:", "gs:")))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
  }

  @Test
  @DisplayName("case 31: an image's media type is that of its bytes")
  void mediaTypesAreSniffed() {
    String jpeg = Base64.getEncoder().encodeToString(new byte[] {-1, -40, -1, -32, 0, 0});
    String webp =
        Base64.getEncoder()
            .encodeToString(
                "RIFF1234WEBPVP8 ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
    String pdf =
        Base64.getEncoder()
            .encodeToString("%PDF-1.7".getBytes(java.nio.charset.StandardCharsets.US_ASCII));

    assertThat(sniffed("image/jpeg", PNG)).isEqualTo("image/png");
    assertThat(sniffed("image/png", jpeg)).isEqualTo("image/jpeg");
    assertThat(sniffed("application/octet-stream", webp)).isEqualTo("image/webp");
    assertThat(sniffed("image/png", "R0lGODlh")).isEqualTo("image/gif");
    assertThat(sniffed("image/png", pdf)).isEqualTo("application/pdf");
    assertThat(sniffed("image/bmp", "AAAA")).isEqualTo("image/bmp");
    assertThat(sniffed("image/png", "!")).isEqualTo("image/png");
  }

  private static String sniffed(String declared, String data) {
    return user("{\"type\":\"image_url\",\"image_url\":{\"url\":\"data:"
            + declared
            + ";base64,"
            + data
            + "\"}}")
        .at("/messages/0/content/0/source/media_type")
        .asString();
  }

  @Test
  @DisplayName("case 32: how closely to look is not said")
  void detailIsIgnored() {
    Codec.Written written =
        user(
            "{\"type\":\"image_url\",\"image_url\":{\"url\":\"https://example.com/a\",\"detail\":\"high\"}}");

    assertThat(written.json().toString()).doesNotContain("high");
    assertThat(written.losses()).isEmpty();
  }

  @Test
  @DisplayName("case 33: files are documents; another provider's can't be used")
  void files() {
    Codec.Written pdf =
        user(
            "{\"type\":\"file\",\"file\":{\"filename\":\"a.pdf\",\"file_data\":\"data:application/pdf;base64,JVBERi0xLjc=\"}}");

    assertThat(pdf.at("/messages/0/content/0"))
        .hasToString(
            "{\"type\":\"document\",\"source\":{\"type\":\"base64\",\"media_type\":\"application/pdf\",\"data\":\"JVBERi0xLjc=\"},\"title\":\"a.pdf\"}");
    assertThat(
            user("{\"type\":\"file\",\"file\":{\"file_data\":\"data:text/csv;base64,YSxi\"}}")
                .at("/messages/0/content/0/source"))
        .hasToString("{\"type\":\"text\",\"media_type\":\"text/plain\",\"data\":\"a,b\"}");
    assertThatThrownBy(() -> user("{\"type\":\"file\",\"file\":{\"file_id\":\"file-1\"}}"))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
    assertThatThrownBy(() ->
            user(
                "{\"type\":\"file\",\"file\":{\"file_data\":\"data:application/zip;base64,AAAA\"}}"))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[0]"));
    ChatRequest ours =
        Codec.request(
            "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image\",\"source\":{\"type\":\"file\",\"file_id\":\"file_1\"}}]}]}");
    assertThat(Codec.write(ours, Codec.ABLE).at("/messages/0/content/0/source/file_id").asString())
        .isEqualTo("file_1");
  }

  @Test
  @DisplayName("case 34: sound is refused")
  void sound() {
    assertThatThrownBy(() ->
            user(
                "{\"type\":\"text\",\"text\":\"x\"},{\"type\":\"input_audio\",\"input_audio\":{\"data\":\"UklG\",\"format\":\"wav\"}}"))
        .isInstanceOfSatisfying(GatewayException.class, refuses("messages[0].content[1]"));
  }
}
