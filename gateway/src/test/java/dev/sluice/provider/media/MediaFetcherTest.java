package dev.sluice.provider.media;

import static dev.sluice.provider.media.Fetches.PATIENCE_SECONDS;
import static dev.sluice.provider.media.Fetches.PNG;
import static dev.sluice.provider.media.Fetches.but;
import static dev.sluice.provider.media.Fetches.bytes;
import static dev.sluice.provider.media.Fetches.inline;
import static dev.sluice.provider.media.Fetches.request;
import static dev.sluice.provider.media.Fetches.violation;
import static dev.sluice.provider.media.FileServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.net.WebUpstream;
import dev.sluice.provider.media.Fetches.Ended;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by their address (translation cases 30, 31 and 33), over real sockets. */
class MediaFetcherTest {

  private Fetches fetches;
  private FileServer server;

  @BeforeEach
  void open() throws Exception {
    fetches = new Fetches();
    server = fetches.server;
  }

  @AfterEach
  void close() throws Exception {
    fetches.close();
  }

  // What is fetched.

  @Test
  void translation30_anImageTakesItsAddresssPlace() throws Exception {
    server.file("/a.png?sig=1", "content-type: text/html\r\n", PNG);
    Part text = new Part.Text("look");
    Part image = new Part.Image(fetches.remote("/a.png?sig=1"), "high", null, Rest.NONE);

    ChatRequest fetched = fetches.fetched(request(text, image), fetches.settings());

    assertThat(fetched.messages().get(1).parts())
        .containsExactly(text, new Part.Image(inline("image/png", PNG), "high", null, Rest.NONE));
    assertThat(fetched.messages().getFirst()).isEqualTo(Message.System.of("be brief"));
  }

  @Test
  void nothingOfOursIsSentAlong() throws Exception {
    server.file("/a.png?sig=1", "", PNG);

    fetches.fetched(request(new Part.Image(fetches.remote("/a.png?sig=1"))), fetches.settings());

    assertThat(server.requests())
        .containsExactly(
            "GET /a.png?sig=1 HTTP/1.1\r\nhost: 127.0.0.1:"
                + server.port()
                + "\r\nuser-agent: sluice\r\naccept: */*\r\naccept-encoding: identity\r\n"
                + "content-length: 0\r\n\r\n");
  }

  @ParameterizedTest
  @CsvSource({
    "image/png,89504e470d0a1a0a00",
    "image/jpeg,ffd8ffe000104a464946",
    "image/gif,47494638396101",
    "image/webp,524946462400000057454250565038",
    "application/pdf,255044462d312e37",
    "text/plain,68c3a96c6c6f0a"
  })
  void translation33_aDocumentIsWhatItsBytesSay(String type, String hex) throws Exception {
    byte[] body = HexFormat.of().parseHex(hex);
    server.file("/x", "content-type: application/octet-stream\r\n", body);

    ChatRequest fetched =
        fetches.fetched(
            request(new Part.File(fetches.remote("/x"), "x.pdf", null, Rest.NONE)),
            fetches.settings());

    assertThat(fetched.messages().get(1).parts())
        .containsExactly(new Part.File(inline(type, body), "x.pdf", null, Rest.NONE));
  }

  @Test
  void filesOfToolsAreFetchedToo() throws Exception {
    server.file("/a.png", "", PNG);
    Message.ToolResult result =
        new Message.ToolResult(
            "call_1",
            null,
            List.of(new Part.Image(fetches.remote("/a.png"))),
            Message.ToolResult.Outcome.UNSTATED,
            null,
            Rest.NONE);

    ChatRequest fetched =
        fetches.fetched(ChatRequest.builder("m").message(result).build(), fetches.settings());

    assertThat(fetched.messages().getFirst().parts())
        .containsExactly(new Part.Image(inline("image/png", PNG)));
  }

  @Test
  void anAnswerInChunksIsTheSame() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n");
          for (byte each : PNG) {
            text(out, "1\r\n" + (char) (each & 0xff) + "\r\n");
          }
          text(out, "0\r\n\r\n");
        });

    assertThat(fetches.image(fetches.settings())).isEqualTo(inline("image/png", PNG));
  }

  @Test
  void anAddressIsFetchedOnceHoweverOftenItIsNamed() throws Exception {
    server.file("/a.png", "", PNG);
    Part image = new Part.Image(fetches.remote("/a.png"));

    ChatRequest fetched = fetches.fetched(request(image, image, image), fetches.settings());

    Part expected = new Part.Image(inline("image/png", PNG));
    assertThat(fetched.messages().get(1).parts()).containsExactly(expected, expected, expected);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void onlySoManyAreFetchedAtATime() throws Exception {
    CountDownLatch four = new CountDownLatch(4);
    Part[] parts = new Part[12];
    for (int i = 0; i < parts.length; i++) {
      server.page(
          "/" + i,
          out -> {
            four.countDown();
            four.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
            text(out, "HTTP/1.1 200 OK\r\ncontent-length: " + PNG.length + "\r\n\r\n");
            out.write(PNG);
          });
      parts[i] = new Part.Image(fetches.remote("/" + i));
    }

    fetches.fetched(request(parts), fetches.settings());

    assertThat(server.requests()).hasSize(12);
    assertThat(server.underWayMax()).isEqualTo(4);
  }

  @Test
  void whatTheProviderFollowsItselfIsLeftToIt() throws Exception {
    Part own = new Part.Image(new Media.Remote("gs://bucket/x", null));
    ChatRequest asked = request(own, new Part.Image(fetches.remote("/a.png")));

    ChatRequest told = fetches.fetched(asked, fetches.settings(), Needs.NONE);

    assertThat(told).isEqualTo(asked);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void nothingIsFetchedWhereThatIsTurnedOff() throws Exception {
    ChatRequest asked = request(new Part.Image(fetches.remote("/a.png")));

    ChatRequest told = fetches.fetched(asked, but(fetches.settings(), "fetch", false));

    assertThat(told).isEqualTo(asked);
    assertThat(server.requests()).isEmpty();
  }

  // Ends.

  @Test
  void aClientThatLeavesEndsTheFetching() throws Exception {
    CountDownLatch begun = new CountDownLatch(1);
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 4000\r\n\r\n");
          out.write(PNG);
          out.flush();
          begun.countDown();
          fetches.over.await();
        });
    WebUpstream web = fetches.web(MediaFetcher.rule(fetches.settings()), fetches.resolvers);
    Ended ended = new Ended();
    fetches.start(
        web,
        request(new Part.Image(fetches.remote("/a.png"))),
        fetches.settings(),
        Needs.BYTES,
        ended);
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    await().until(() -> web.openConnections() == 1);

    fetches.loop.submit(() -> ended.fetching.close()).get();

    await().until(() -> web.openConnections() == 0);
    assertThat(ended.over).isNotDone();
  }

  @Test
  void aFailureEndsTheOtherFetches() throws Exception {
    server.page("/a.png", FileServer.silent(fetches.over));
    WebUpstream web = fetches.web(MediaFetcher.rule(fetches.settings()), fetches.resolvers);

    Ended ended =
        fetches.end(
            web,
            request(
                new Part.Image(fetches.remote("/a.png")),
                new Part.Image(fetches.remote("/missing"))),
            fetches.settings(),
            Needs.BYTES);

    assertThat(ended.fault().message()).contains("content[1]", "404");
    await().until(() -> web.openConnections() == 0);
  }

  // data: URLs.

  @ParameterizedTest
  @CsvSource({
    "image/jpeg,image/png",
    "image/png,image/png",
    "image/png;charset=x,image/png",
    "application/octet-stream,image/png"
  })
  void translation31_aMediaTypeIsMadeThatOfTheBytes(String declared, String told) throws Exception {
    ChatRequest asked = request(new Part.Image(inline(declared, PNG)));

    ChatRequest fetched = fetches.fetched(asked, fetches.settings(), Needs.NONE);

    assertThat(fetched.messages().get(1).parts())
        .containsExactly(new Part.Image(inline(told, PNG)));
  }

  @Test
  void translation31_bytesThatNobodyKnowsKeepTheirMediaType() throws Exception {
    ChatRequest asked = request(new Part.Image(inline("image/heic", bytes("who knows"))));

    assertThat(fetches.fetched(asked, fetches.settings(), Needs.NONE)).isEqualTo(asked);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "A",
        "AA",
        "AAA",
        "AA==AAAA",
        "A===",
        "AA A",
        "AA\nA",
        "AA-_",
        "====",
        "AAA\u0660"
      })
  void translation31_whatIsNotBase64IsRefused(String base64) throws Exception {
    Fault fault =
        fetches.failed(
            request(new Part.Image(new Media.Inline("image/png", base64))), fetches.settings());

    assertThat(violation(fault).path()).isEqualTo("messages[1].content[0].image_url.url");
    assertThat(fault.message()).contains("base 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", ";charset=utf-8", "/", "image/", "/png"})
  void translation31_aMediaTypeThatIsNoneIsRefused(String type) throws Exception {
    Fault fault = fetches.failed(request(new Part.Image(inline(type, PNG))), fetches.settings());

    assertThat(fault.message()).contains("media type");
  }
}
