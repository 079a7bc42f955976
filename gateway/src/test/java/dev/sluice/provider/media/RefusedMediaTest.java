package dev.sluice.provider.media;

import static dev.sluice.provider.media.Fetches.PDF;
import static dev.sluice.provider.media.Fetches.PNG;
import static dev.sluice.provider.media.Fetches.but;
import static dev.sluice.provider.media.Fetches.bytes;
import static dev.sluice.provider.media.Fetches.inline;
import static dev.sluice.provider.media.Fetches.request;
import static dev.sluice.provider.media.Fetches.violation;
import static dev.sluice.provider.media.FileServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Media;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.config.MediaSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is not fetched or not taken: of no use, too large, too slow, not allowed, too much at once.
 */
class RefusedMediaTest {

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

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "text/html"})
  void aPageIsNoImageWhateverItsHeaderSays(String type) throws Exception {
    server.file("/a.png", "content-type: " + type + "\r\n", bytes("<html>secret</html>"));

    assertThat(fetches.refusal("/a.png")).contains("no image").doesNotContain("secret");
  }

  @Test
  void aPdfIsNoImage() throws Exception {
    server.file("/a.png", "", PDF);

    assertThat(fetches.refusal("/a.png")).contains("no image");
  }

  @Test
  void bytesWithoutMeaningAreNoDocument() throws Exception {
    server.file("/x", "content-type: text/plain\r\n", new byte[] {'a', 0, 'b'});
    server.file("/y", "content-type: text/plain\r\n", new byte[] {'a', (byte) 0xc3});
    server.file("/z", "content-type: text/plain\r\n", new byte[0]);

    for (String path : List.of("/x", "/y", "/z")) {
      Fault fault =
          fetches.failed(
              request(new Part.File(fetches.remote(path), null, null, Rest.NONE)),
              fetches.settings());

      assertThat(violation(fault).path()).isEqualTo("messages[1].content[0].file.file_data");
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 206, 304, 400, 403, 404, 500})
  void anythingButSuccessIsToldByItsStatusAlone(int status) throws Exception {
    server.page(
        "/a.png",
        out ->
            text(
                out,
                "HTTP/1.1 "
                    + status
                    + " Secret\r\ncontent-length: 6\r\nx-a: secret\r\n\r\nsecret"));

    assertThat(fetches.refusal("/a.png")).endsWith("its server answered with status " + status);
  }

  @Test
  void aCompressedAnswerIsNotTaken() throws Exception {
    server.file("/a.png", "content-encoding: gzip\r\n", PNG);

    assertThat(fetches.refusal("/a.png")).contains("compressed");
  }

  @Test
  void aFileThatSaysItIsTooLargeIsNotRead() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 4097\r\n\r\n");
          fetches.over.await();
        });

    assertThat(fetches.refusal("/a.png")).contains("larger than 4096 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"transfer-encoding: chunked\r\n", ""})
  void aFileWithoutEndIsGivenUpAtTheLimit(String framing) throws Exception {
    AtomicLong written = new AtomicLong();
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\n" + framing + "\r\n");
          while (true) {
            text(out, framing.isEmpty() ? "x".repeat(1024) : "400\r\n" + "x".repeat(1024) + "\r\n");
            written.addAndGet(1024);
          }
        });

    assertThat(fetches.refusal("/a.png")).contains("larger than 4096 bytes");
    assertThat(fetches.budget.most.get()).isLessThanOrEqualTo(64 * 1024);
  }

  @Test
  void aFileOfExactlyTheLimitIsTaken() throws Exception {
    byte[] body = Arrays.copyOf(PNG, 4096);
    server.file("/a.png", "", body);

    assertThat(fetches.image(fetches.settings())).isEqualTo(inline("image/png", body));
  }

  @Test
  void aFileThatBreaksOffIsNotTaken() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
          out.write(PNG);
        });

    assertThat(fetches.refusal("/a.png")).contains("broke off");
  }

  @Test
  void aSlowFileIsGivenUpInTime() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
          out.write(PNG);
          out.flush();
          fetches.over.await();
        });
    MediaSettings hasty = but(fetches.settings(), "timeout", Duration.ofMillis(300));

    Fault fault = fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), hasty);

    assertThat(fault.message()).contains("did not arrive within 300 ms");
  }

  @Test
  void aSilentServerIsGivenUpInTime() throws Exception {
    server.page("/a.png", FileServer.silent(fetches.over));
    MediaSettings hasty = but(fetches.settings(), "timeout", Duration.ofMillis(300));

    Fault fault = fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), hasty);

    assertThat(fault.message()).contains("did not arrive within 300 ms");
  }

  @Test
  void theFieldThatIsWrongIsNamed() throws Exception {
    server.file("/a.png", "", PNG);
    ChatRequest asked =
        request(
            new Part.Text("look"),
            new Part.Image(fetches.remote("/a.png")),
            new Part.Image(fetches.remote("/missing?key=s3cret")));

    Fault fault = fetches.failed(asked, fetches.settings());

    assertThat(violation(fault).path()).isEqualTo("messages[1].content[2].image_url.url");
    assertThat(fault.message())
        .isEqualTo(
            "`messages[1].content[2].image_url.url` could not be fetched: its server answered with"
                + " status 404");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ftp://127.0.0.1/x?key=s3cret",
        "http://u:s3cret@127.0.0.1/x",
        "http://127.1/?s3cret",
        "http://0x7f000001/?s3cret"
      })
  void anAddressThatIsNotGoneToIsRefusedAtOnce(String url) throws Exception {
    Fault fault =
        fetches.failed(request(new Part.Image(new Media.Remote(url, null))), fetches.settings());

    assertThat(fault.message()).contains("could not be fetched").doesNotContain("s3cret", "127");
  }

  @Test
  void otherPortsAreNotGoneTo() throws Exception {
    MediaSettings settings = but(fetches.settings(), "ports", List.of(80, 443));

    Fault fault = fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), settings);

    assertThat(fault.message()).contains("a port that is not gone to");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void onlyListedHostsAreGoneTo() throws Exception {
    server.file("/a.png", "", PNG);
    MediaSettings settings =
        but(fetches.settings(), "allow", List.of("*.example.com", "files.example"));

    Fault fault = fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), settings);

    assertThat(fault.message()).contains("a host that is not gone to");
    assertThat(server.requests()).isEmpty();
    for (String host : List.of("a.example.com", "a.b.EXAMPLE.com", "files.example")) {
      assertThat(Download.wrong(new WebAddress(false, host, server.port(), "/"), settings))
          .as(host)
          .isNull();
    }
    for (String host : List.of("example.com", "badexample.com", "a.files.example")) {
      assertThat(Download.wrong(new WebAddress(false, host, server.port(), "/"), settings))
          .as(host)
          .isNotNull();
    }
  }

  @Test
  void aRequestMayNameOnlySoManyFiles() throws Exception {
    Part[] parts = new Part[21];
    Arrays.fill(parts, new Part.Image(fetches.remote("/a.png")));

    Fault fault = fetches.failed(request(parts), fetches.settings());

    assertThat(violation(fault).path()).isEqualTo("messages[1].content[20].image_url.url");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void whereTooMuchIsHeldTheClientIsToldToComeAgain() throws Exception {
    server.file("/a.png", "", Arrays.copyOf(PNG, 4096));
    fetches.budget.bytesMax = 10_000;

    Fault fault =
        fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), fetches.settings());

    assertThat(fault).isInstanceOf(Fault.Overloaded.class);
  }

  @Test
  void eachPlaceOfAFileCountsTowardsTheBound() throws Exception {
    server.file("/a.png", "", Arrays.copyOf(PNG, 3000));
    Part image = new Part.Image(fetches.remote("/a.png"));
    fetches.budget.bytesMax = 40_000;

    // 4,000 characters, in memory four times over for each place.
    fetches.fetched(request(image, image), fetches.settings());

    assertThat(fetches.failed(request(image, image, image), fetches.settings()))
        .isInstanceOf(Fault.Overloaded.class);
  }
}
