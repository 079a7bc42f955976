package dev.sluice.provider.media;

import static dev.sluice.provider.media.FileServer.text;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sluice.chat.ChatRequest;
import dev.sluice.chat.Fault;
import dev.sluice.chat.Media;
import dev.sluice.chat.Message;
import dev.sluice.chat.Part;
import dev.sluice.chat.Rest;
import dev.sluice.config.DataSize;
import dev.sluice.config.MediaSettings;
import dev.sluice.config.MediaSettings.PrivateNetworks;
import dev.sluice.config.ServerSettings;
import dev.sluice.net.AddressRule;
import dev.sluice.net.HttpResolvers;
import dev.sluice.net.Transport;
import dev.sluice.net.WebUpstream;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.InetNameResolver;
import io.netty.resolver.InetSocketAddressResolver;
import io.netty.util.concurrent.EventExecutor;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files by their address (translation cases 30, 31 and 33), over real sockets. */
class MediaFetcherTest {

  private static final byte[] PNG = bytes("\u0089PNG\r\n\u001a\nrest of it");
  private static final byte[] PDF = bytes("%PDF-1.7\nrest of it");
  private static final int PATIENCE_SECONDS = 20;

  private final Transport transport = Transport.open(ServerSettings.Transport.NIO, 1);
  private final AddressResolverGroup<InetSocketAddress> resolvers = HttpResolvers.open(transport);
  private final EventLoop loop = transport.loops().getFirst();
  private final Budget budget = new Budget(100 << 20);
  private final CountDownLatch over = new CountDownLatch(1);
  private FileServer server;

  @BeforeEach
  void open() throws Exception {
    server = new FileServer();
  }

  @AfterEach
  void close() throws Exception {
    over.countDown();
    server.close();
    assertThat(budget.held.get()).as("bytes that are still held").isZero();
    resolvers.close();
    transport.close();
  }

  // What is fetched.

  @Test
  void translation30_anImageTakesItsAddresssPlace() throws Exception {
    server.file("/a.png?sig=1", "content-type: text/html\r\n", PNG);
    Part text = new Part.Text("look");
    Part image = new Part.Image(remote("/a.png?sig=1"), "high", null, Rest.NONE);

    ChatRequest fetched = fetched(request(text, image), settings());

    assertThat(fetched.messages().get(1).parts())
        .containsExactly(text, new Part.Image(inline("image/png", PNG), "high", null, Rest.NONE));
    assertThat(fetched.messages().getFirst()).isEqualTo(Message.System.of("be brief"));
  }

  @Test
  void nothingOfOursIsSentAlong() throws Exception {
    server.file("/a.png?sig=1", "", PNG);

    fetched(request(new Part.Image(remote("/a.png?sig=1"))), settings());

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
        fetched(request(new Part.File(remote("/x"), "x.pdf", null, Rest.NONE)), settings());

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
            List.of(new Part.Image(remote("/a.png"))),
            Message.ToolResult.Outcome.UNSTATED,
            null,
            Rest.NONE);

    ChatRequest fetched = fetched(ChatRequest.builder("m").message(result).build(), settings());

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

    assertThat(image(settings())).isEqualTo(inline("image/png", PNG));
  }

  @Test
  void anAddressIsFetchedOnceHoweverOftenItIsNamed() throws Exception {
    server.file("/a.png", "", PNG);
    Part image = new Part.Image(remote("/a.png"));

    ChatRequest fetched = fetched(request(image, image, image), settings());

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
      parts[i] = new Part.Image(remote("/" + i));
    }

    fetched(request(parts), settings());

    assertThat(server.requests()).hasSize(12);
    assertThat(server.underWayMax()).isEqualTo(4);
  }

  @Test
  void whatTheProviderFollowsItselfIsLeftToIt() throws Exception {
    Part own = new Part.Image(new Media.Remote("gs://bucket/x", null));
    ChatRequest asked = request(own, new Part.Image(remote("/a.png")));

    ChatRequest told = fetched(asked, settings(), Needs.NONE);

    assertThat(told).isEqualTo(asked);
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void nothingIsFetchedWhereThatIsTurnedOff() throws Exception {
    ChatRequest asked = request(new Part.Image(remote("/a.png")));

    ChatRequest told = fetched(asked, but(settings(), "fetch", false));

    assertThat(told).isEqualTo(asked);
    assertThat(server.requests()).isEmpty();
  }

  // What is not.

  @ParameterizedTest
  @ValueSource(strings = {"image/png", "text/html"})
  void aPageIsNoImageWhateverItsHeaderSays(String type) throws Exception {
    server.file("/a.png", "content-type: " + type + "\r\n", bytes("<html>secret</html>"));

    assertThat(refusal("/a.png")).contains("no image").doesNotContain("secret");
  }

  @Test
  void aPdfIsNoImage() throws Exception {
    server.file("/a.png", "", PDF);

    assertThat(refusal("/a.png")).contains("no image");
  }

  @Test
  void bytesWithoutMeaningAreNoDocument() throws Exception {
    server.file("/x", "content-type: text/plain\r\n", new byte[] {'a', 0, 'b'});
    server.file("/y", "content-type: text/plain\r\n", new byte[] {'a', (byte) 0xc3});
    server.file("/z", "content-type: text/plain\r\n", new byte[0]);

    for (String path : List.of("/x", "/y", "/z")) {
      Fault fault = failed(request(new Part.File(remote(path), null, null, Rest.NONE)), settings());

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

    assertThat(refusal("/a.png")).endsWith("its server answered with status " + status);
  }

  @Test
  void aCompressedAnswerIsNotTaken() throws Exception {
    server.file("/a.png", "content-encoding: gzip\r\n", PNG);

    assertThat(refusal("/a.png")).contains("compressed");
  }

  @Test
  void aFileThatSaysItIsTooLargeIsNotRead() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 4097\r\n\r\n");
          over.await();
        });

    assertThat(refusal("/a.png")).contains("larger than 4096 bytes");
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

    assertThat(refusal("/a.png")).contains("larger than 4096 bytes");
    assertThat(budget.most.get()).isLessThanOrEqualTo(64 * 1024);
  }

  @Test
  void aFileOfExactlyTheLimitIsTaken() throws Exception {
    byte[] body = Arrays.copyOf(PNG, 4096);
    server.file("/a.png", "", body);

    assertThat(image(settings())).isEqualTo(inline("image/png", body));
  }

  @Test
  void aFileThatBreaksOffIsNotTaken() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
          out.write(PNG);
        });

    assertThat(refusal("/a.png")).contains("broke off");
  }

  @Test
  void aSlowFileIsGivenUpInTime() throws Exception {
    server.page(
        "/a.png",
        out -> {
          text(out, "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n");
          out.write(PNG);
          out.flush();
          over.await();
        });
    MediaSettings hasty = but(settings(), "timeout", Duration.ofMillis(300));

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), hasty);

    assertThat(fault.message()).contains("did not arrive within 300 ms");
  }

  @Test
  void aSilentServerIsGivenUpInTime() throws Exception {
    server.page("/a.png", FileServer.silent(over));
    MediaSettings hasty = but(settings(), "timeout", Duration.ofMillis(300));

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), hasty);

    assertThat(fault.message()).contains("did not arrive within 300 ms");
  }

  @Test
  void theFieldThatIsWrongIsNamed() throws Exception {
    server.file("/a.png", "", PNG);
    ChatRequest asked =
        request(
            new Part.Text("look"),
            new Part.Image(remote("/a.png")),
            new Part.Image(remote("/missing?key=s3cret")));

    Fault fault = failed(asked, settings());

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
    Fault fault = failed(request(new Part.Image(new Media.Remote(url, null))), settings());

    assertThat(fault.message()).contains("could not be fetched").doesNotContain("s3cret", "127");
  }

  @Test
  void otherPortsAreNotGoneTo() throws Exception {
    MediaSettings settings = but(settings(), "ports", List.of(80, 443));

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), settings);

    assertThat(fault.message()).contains("a port that is not gone to");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void onlyListedHostsAreGoneTo() throws Exception {
    server.file("/a.png", "", PNG);
    MediaSettings settings = but(settings(), "allow", List.of("*.example.com", "files.example"));

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), settings);

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
    Arrays.fill(parts, new Part.Image(remote("/a.png")));

    Fault fault = failed(request(parts), settings());

    assertThat(violation(fault).path()).isEqualTo("messages[1].content[20].image_url.url");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void whereTooMuchIsHeldTheClientIsToldToComeAgain() throws Exception {
    server.file("/a.png", "", Arrays.copyOf(PNG, 4096));
    budget.bytesMax = 10_000;

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), settings());

    assertThat(fault).isInstanceOf(Fault.Overloaded.class);
  }

  @Test
  void eachPlaceOfAFileCountsTowardsTheBound() throws Exception {
    server.file("/a.png", "", Arrays.copyOf(PNG, 3000));
    Part image = new Part.Image(remote("/a.png"));
    budget.bytesMax = 40_000;

    // 4,000 characters, in memory four times over for each place.
    fetched(request(image, image), settings());

    assertThat(failed(request(image, image, image), settings()))
        .isInstanceOf(Fault.Overloaded.class);
  }

  // Redirects.

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreFollowed(int status) throws Exception {
    server.redirect("/a.png", status, "/b/c?d").redirect("/b/c?d", status, server.url("/e"));
    server.file("/e", "", PNG);

    assertThat(image(settings())).isEqualTo(inline("image/png", PNG));
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void redirectsInARingEnd() throws Exception {
    server.redirect("/a.png", 302, "/b").redirect("/b", 302, "/a.png");

    assertThat(refusal("/a.png")).contains("redirects more than 3 times");
    assertThat(server.requests()).hasSize(4);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://169.254.169.254:PORT/latest",
        "http://[::ffff:169.254.169.254]:PORT/",
        "http://[fe80::1]:PORT/",
        "http://0.0.0.0:PORT/"
      })
  void aRedirectToWhereNobodyGoesIsNotFollowed(String to) throws Exception {
    server.redirect("/a.png", 302, to.replace("PORT", "" + server.port()));

    assertThat(refusal("/a.png")).contains("a network that is not gone to");
  }

  @Test
  void aRedirectIntoThePrivateNetworkIsNotFollowed() throws Exception {
    server.redirect("/a.png", 302, "http://10.1.2.3:" + server.port() + "/");
    // Stands for a public server that redirects: its own address passes, all others are judged.
    AddressRule rule =
        MediaFetcher.rule(but(settings(), "privateNetworks", PrivateNetworks.REFUSED));
    WebUpstream web =
        web(
            address -> address.getHostAddress().equals("127.0.0.1") || rule.admits(address),
            resolvers);

    Fault fault =
        end(web, request(new Part.Image(remote("/a.png"))), settings(), Needs.BYTES).fault();

    assertThat(fault.message()).contains("a network that is not gone to");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://u:p@127.0.0.1/",
        "file:///etc/passwd",
        "http://127.1/",
        "http://127.0.0.1:1/"
      })
  void aRedirectIsJudgedAsAnAddressIs(String to) throws Exception {
    server.redirect("/a.png", 302, to);

    assertThat(refusal("/a.png")).contains("its server redirects");
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void aRedirectFromHttpsToHttpIsNotFollowed() throws Exception {
    CompletableFuture<String> told = new CompletableFuture<>();
    Download.Ending ending =
        new Download.Ending() {
          @Override
          public void complete(Gathered gathered) {
            told.complete("complete");
          }

          @Override
          public void unavailable(String reason) {
            told.complete(reason);
          }

          @Override
          public void noRoom() {
            told.complete("no room");
          }
        };
    WebUpstream web = web(MediaFetcher.rule(settings()), resolvers);
    HttpHeaders headers =
        new DefaultHttpHeaders().set(HttpHeaderNames.LOCATION, server.url("/a.png"));

    loop.submit(
            () -> {
              Download download = new Download(web, settings(), budget, loop, ending);
              download.begin(new WebAddress(true, "127.0.0.1", server.port(), "/"));
              download.head(HttpResponseStatus.FOUND, headers);
            })
        .get();

    assertThat(told.get(PATIENCE_SECONDS, TimeUnit.SECONDS))
        .isEqualTo("its server redirects from https to http");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aServerThatSpeaksNoTlsIsNotTrusted() throws Exception {
    try (ServerSocket plain = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      Thread.ofVirtual()
          .start(() -> {
            try (Socket socket = plain.accept()) {
              text(socket.getOutputStream(), "HTTP/1.1 400 Speak plainly\r\n\r\n");
              socket.getInputStream().readAllBytes();
            } catch (IOException _) {
              // The gateway has left.
            }
          });
      int port = plain.getLocalPort();

      Fault fault =
          failed(
              request(image("https://127.0.0.1:" + port + "/a.png")),
              but(settings(), "ports", List.of(port)));

      assertThat(fault.message()).contains("no secure connection to its host can be made");
    }
  }

  // Names and their addresses.

  @Test
  void privateAddressesAreNotConnectedTo() throws Exception {
    MediaSettings settings = but(settings(), "privateNetworks", PrivateNetworks.REFUSED);

    Fault fault = failed(request(new Part.Image(remote("/a.png"))), settings);

    assertThat(fault.message()).contains("a network that is not gone to");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aNameThatLeadsInsideIsNotConnectedTo() throws Exception {
    MediaSettings settings = but(settings(), "privateNetworks", PrivateNetworks.REFUSED);
    AtomicInteger asked = new AtomicInteger();

    Fault fault =
        end(
                web(MediaFetcher.rule(settings), answering(asked, List.of("127.0.0.1", "::1"))),
                request(image("http://inside.example:" + server.port() + "/a.png")),
                settings,
                Needs.BYTES)
            .fault();

    assertThat(fault.message()).contains("a network that is not gone to");
    assertThat(server.requests()).isEmpty();
    assertThat(asked).hasValue(1);
  }

  @Test
  void aNameThatChangesItsMindIsAskedOnlyOnce() throws Exception {
    server.file("/a.png", "", PNG);
    MediaSettings settings = but(settings(), "privateNetworks", PrivateNetworks.REFUSED);
    AddressRule strict = MediaFetcher.rule(settings);
    AtomicInteger asked = new AtomicInteger();
    List<InetAddress> judged = new ArrayList<>();
    // First a public address, on which nobody listens here; every later answer is the loopback's.
    AddressResolverGroup<InetSocketAddress> rebinding =
        answering(asked, List.of("192.0.2.77"), List.of("127.0.0.1"));
    WebUpstream web =
        web(
            address -> {
              judged.add(address);
              return address.getHostAddress().equals("192.0.2.77") || strict.admits(address);
            },
            rebinding);
    MediaSettings hasty = but(settings, "timeout", Duration.ofMillis(500));

    Ended first =
        end(
            web,
            request(image("http://evil.example:" + server.port() + "/a.png")),
            hasty,
            Needs.BYTES);
    Ended second =
        end(
            web,
            request(image("http://evil.example:" + server.port() + "/a.png")),
            hasty,
            Needs.BYTES);

    // What was judged is what was connected to: the first never reached the loopback address.
    assertThat(first.fault()).isNotNull();
    assertThat(second.fault().message()).contains("a network that is not gone to");
    assertThat(server.requests()).isEmpty();
    assertThat(judged.stream().map(InetAddress::getHostAddress))
        .containsExactly("192.0.2.77", "127.0.0.1");
    assertThat(asked).hasValue(2);
  }

  @Test
  void ofSeveralAddressesOnlyThoseThatMayBeAreConnectedTo() throws Exception {
    server.file("/a.png", "", PNG);
    AtomicInteger asked = new AtomicInteger();
    WebUpstream web =
        web(
            address -> address.getHostAddress().equals("127.0.0.1"),
            answering(asked, List.of("127.0.0.2", "127.0.0.1", "127.0.0.3")));

    for (int i = 0; i < 6; i++) {
      Ended ended =
          end(
              web,
              request(image("http://mixed.example:" + server.port() + "/a.png")),
              settings(),
              Needs.BYTES);

      assertThat(ended.fault()).isNull();
    }
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
          over.await();
        });
    WebUpstream web = web(MediaFetcher.rule(settings()), resolvers);
    Ended ended = new Ended();
    start(web, request(new Part.Image(remote("/a.png"))), settings(), Needs.BYTES, ended);
    assertThat(begun.await(PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
    await().until(() -> web.openConnections() == 1);

    loop.submit(() -> ended.fetching.close()).get();

    await().until(() -> web.openConnections() == 0);
    assertThat(ended.over).isNotDone();
  }

  @Test
  void aFailureEndsTheOtherFetches() throws Exception {
    server.page("/a.png", FileServer.silent(over));
    WebUpstream web = web(MediaFetcher.rule(settings()), resolvers);

    Ended ended =
        end(
            web,
            request(new Part.Image(remote("/a.png")), new Part.Image(remote("/missing"))),
            settings(),
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

    ChatRequest fetched = fetched(asked, settings(), Needs.NONE);

    assertThat(fetched.messages().get(1).parts())
        .containsExactly(new Part.Image(inline(told, PNG)));
  }

  @Test
  void translation31_bytesThatNobodyKnowsKeepTheirMediaType() throws Exception {
    ChatRequest asked = request(new Part.Image(inline("image/heic", bytes("who knows"))));

    assertThat(fetched(asked, settings(), Needs.NONE)).isEqualTo(asked);
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
        failed(request(new Part.Image(new Media.Inline("image/png", base64))), settings());

    assertThat(violation(fault).path()).isEqualTo("messages[1].content[0].image_url.url");
    assertThat(fault.message()).contains("base 64");
  }

  @ParameterizedTest
  @ValueSource(strings = {"png", ";charset=utf-8", "/", "image/", "/png"})
  void translation31_aMediaTypeThatIsNoneIsRefused(String type) throws Exception {
    Fault fault = failed(request(new Part.Image(inline(type, PNG))), settings());

    assertThat(fault.message()).contains("media type");
  }

  // Means.

  private MediaSettings settings() {
    return new MediaSettings(
        true,
        new DataSize(4096),
        Duration.ofSeconds(PATIENCE_SECONDS),
        3,
        List.of(server.port()),
        20,
        4,
        List.of(),
        PrivateNetworks.ALLOWED);
  }

  private Media.Remote remote(String path) {
    return new Media.Remote(server.url(path), null);
  }

  private static Part image(String url) {
    return new Part.Image(new Media.Remote(url, null));
  }

  /** The same settings but for one of them. */
  private static MediaSettings but(MediaSettings settings, String name, Object value) {
    try {
      RecordComponent[] components = MediaSettings.class.getRecordComponents();
      Class<?>[] types = new Class<?>[components.length];
      Object[] values = new Object[components.length];
      for (int i = 0; i < components.length; i++) {
        types[i] = components[i].getType();
        values[i] =
            components[i].getName().equals(name)
                ? value
                : components[i].getAccessor().invoke(settings);
      }
      return MediaSettings.class.getDeclaredConstructor(types).newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ChatRequest request(Part... parts) {
    return ChatRequest.builder("m")
        .message(Message.System.of("be brief"))
        .message(new Message.User(List.of(parts), null, Rest.NONE))
        .build();
  }

  private static Media.Inline inline(String type, byte[] body) {
    return new Media.Inline(type, Base64.getEncoder().encodeToString(body));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private WebUpstream web(AddressRule rule, AddressResolverGroup<InetSocketAddress> resolving) {
    return new WebUpstream(transport, resolving, rule, Duration.ofSeconds(3));
  }

  /** What the only image turned out to be. */
  private Media image(MediaSettings settings) throws Exception {
    ChatRequest fetched = fetched(request(new Part.Image(remote("/a.png"))), settings);
    return ((Part.Image) fetched.messages().get(1).parts().getFirst()).source();
  }

  /** What the client is told of an image under this path. */
  private String refusal(String path) throws Exception {
    Fault fault = failed(request(new Part.Image(remote(path))), settings());
    assertThat(violation(fault).path()).isEqualTo("messages[1].content[0].image_url.url");
    return fault.message();
  }

  private static Fault.Violation violation(Fault fault) {
    assertThat(fault).isInstanceOf(Fault.InvalidRequest.class);
    return ((Fault.InvalidRequest) fault).violations().getFirst();
  }

  private ChatRequest fetched(ChatRequest asked, MediaSettings settings) throws Exception {
    return fetched(asked, settings, Needs.BYTES);
  }

  private ChatRequest fetched(ChatRequest asked, MediaSettings settings, Needs needs)
      throws Exception {
    Ended ended = end(web(MediaFetcher.rule(settings), resolvers), asked, settings, needs);
    assertThat(ended.fault()).isNull();
    return ended.request();
  }

  private Fault failed(ChatRequest asked, MediaSettings settings) throws Exception {
    Fault fault =
        end(web(MediaFetcher.rule(settings), resolvers), asked, settings, Needs.BYTES).fault();
    assertThat(fault).isNotNull();
    return fault;
  }

  /** Fetches, waits for the end, and lets go of everything. */
  private Ended end(WebUpstream web, ChatRequest asked, MediaSettings settings, Needs needs)
      throws Exception {
    Ended ended = new Ended();
    start(web, asked, settings, needs, ended);
    ended.over.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    loop.submit(() -> ended.fetching.close()).get();
    return ended;
  }

  private void start(
      WebUpstream web, ChatRequest asked, MediaSettings settings, Needs needs, Ended ended)
      throws Exception {
    MediaFetcher fetcher = new MediaFetcher(web, settings, budget);
    loop.submit(() -> ended.fetching = fetcher.fetch(asked, needs, loop, ended)).get();
  }

  /** Resolves every name, each time by the next of these answers, and by the last from then on. */
  @SafeVarargs
  private static AddressResolverGroup<InetSocketAddress> answering(
      AtomicInteger asked, List<String>... answers) {
    return new AddressResolverGroup<>() {
      @Override
      protected InetSocketAddressResolver newResolver(EventExecutor executor) {
        return new InetSocketAddressResolver(
            executor,
            new InetNameResolver(executor) {
              @Override
              protected void doResolve(String host, Promise<InetAddress> promise) {
                throw new UnsupportedOperationException("all addresses are wanted");
              }

              @Override
              protected void doResolveAll(String host, Promise<List<InetAddress>> promise)
                  throws Exception {
                List<InetAddress> found = new ArrayList<>();
                int turn = Math.min(asked.getAndIncrement(), answers.length - 1);
                for (String address : answers[turn]) {
                  found.add(InetAddress.getByName(address));
                }
                promise.setSuccess(found);
              }
            });
      }
    };
  }

  /** How a fetching ended. */
  private static final class Ended implements MediaFetcher.Callback {
    private final CompletableFuture<Object> over = new CompletableFuture<>();
    private volatile MediaFetcher.Fetching fetching;

    @Override
    public void fetched(ChatRequest request) {
      tell(request);
    }

    @Override
    public void failed(Fault fault) {
      tell(fault);
    }

    private void tell(Object end) {
      if (!over.complete(end)) {
        throw new IllegalStateException("told twice: " + end);
      }
    }

    Fault fault() {
      return over.getNow(null) instanceof Fault fault ? fault : null;
    }

    ChatRequest request() {
      return (ChatRequest) over.getNow(null);
    }
  }

  /** Counts what is held now, and the most that was. */
  private static final class Budget implements MemoryBudget {
    private final AtomicLong held = new AtomicLong();
    private final AtomicLong most = new AtomicLong();
    private volatile long bytesMax;

    Budget(long bytesMax) {
      this.bytesMax = bytesMax;
    }

    @Override
    public boolean take(long bytes) {
      if (held.addAndGet(bytes) > bytesMax) {
        held.addAndGet(-bytes);
        return false;
      }
      most.accumulateAndGet(held.get(), Math::max);
      return true;
    }

    @Override
    public void give(long bytes) {
      held.addAndGet(-bytes);
    }
  }
}
