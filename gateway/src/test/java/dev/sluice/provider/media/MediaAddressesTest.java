package dev.sluice.provider.media;

import static dev.sluice.provider.media.Fetches.PATIENCE_SECONDS;
import static dev.sluice.provider.media.Fetches.PNG;
import static dev.sluice.provider.media.Fetches.answering;
import static dev.sluice.provider.media.Fetches.but;
import static dev.sluice.provider.media.Fetches.imageAt;
import static dev.sluice.provider.media.Fetches.inline;
import static dev.sluice.provider.media.Fetches.request;
import static dev.sluice.provider.media.FileServer.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.chat.Fault;
import dev.sluice.chat.Part;
import dev.sluice.config.MediaSettings;
import dev.sluice.config.MediaSettings.PrivateNetworks;
import dev.sluice.net.AddressRule;
import dev.sluice.net.WebUpstream;
import dev.sluice.provider.media.Fetches.Ended;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.resolver.AddressResolverGroup;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where redirects and names may lead: never to where nobody may go. */
class MediaAddressesTest {

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

  // Redirects.

  @ParameterizedTest
  @ValueSource(ints = {301, 302, 303, 307, 308})
  void redirectsAreFollowed(int status) throws Exception {
    server.redirect("/a.png", status, "/b/c?d").redirect("/b/c?d", status, server.url("/e"));
    server.file("/e", "", PNG);

    assertThat(fetches.image(fetches.settings())).isEqualTo(inline("image/png", PNG));
    assertThat(server.requests()).hasSize(3);
  }

  @Test
  void redirectsInARingEnd() throws Exception {
    server.redirect("/a.png", 302, "/b").redirect("/b", 302, "/a.png");

    assertThat(fetches.refusal("/a.png")).contains("redirects more than 3 times");
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

    assertThat(fetches.refusal("/a.png")).contains("a network that is not gone to");
  }

  @Test
  void aRedirectIntoThePrivateNetworkIsNotFollowed() throws Exception {
    server.redirect("/a.png", 302, "http://10.1.2.3:" + server.port() + "/");
    // Stands for a public server that redirects: its own address passes, all others are judged.
    AddressRule rule =
        MediaFetcher.rule(but(fetches.settings(), "privateNetworks", PrivateNetworks.REFUSED));
    WebUpstream web =
        fetches.web(
            address -> address.getHostAddress().equals("127.0.0.1") || rule.admits(address),
            fetches.resolvers);

    Fault fault =
        fetches
            .end(
                web,
                request(new Part.Image(fetches.remote("/a.png"))),
                fetches.settings(),
                Needs.BYTES)
            .fault();

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

    assertThat(fetches.refusal("/a.png")).contains("its server redirects");
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
    WebUpstream web = fetches.web(MediaFetcher.rule(fetches.settings()), fetches.resolvers);
    HttpHeaders headers =
        new DefaultHttpHeaders().set(HttpHeaderNames.LOCATION, server.url("/a.png"));

    fetches
        .loop
        .submit(() -> {
          Download download =
              new Download(web, fetches.settings(), fetches.budget, fetches.loop, ending);
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
          fetches.failed(
              request(imageAt("https://127.0.0.1:" + port + "/a.png")),
              but(fetches.settings(), "ports", List.of(port)));

      assertThat(fault.message()).contains("no secure connection to its host can be made");
    }
  }

  // Names and their addresses.

  @Test
  void privateAddressesAreNotConnectedTo() throws Exception {
    MediaSettings settings = but(fetches.settings(), "privateNetworks", PrivateNetworks.REFUSED);

    Fault fault = fetches.failed(request(new Part.Image(fetches.remote("/a.png"))), settings);

    assertThat(fault.message()).contains("a network that is not gone to");
    assertThat(server.requests()).isEmpty();
  }

  @Test
  void aNameThatLeadsInsideIsNotConnectedTo() throws Exception {
    MediaSettings settings = but(fetches.settings(), "privateNetworks", PrivateNetworks.REFUSED);
    AtomicInteger asked = new AtomicInteger();

    Fault fault =
        fetches
            .end(
                fetches.web(
                    MediaFetcher.rule(settings), answering(asked, List.of("127.0.0.1", "::1"))),
                request(imageAt("http://inside.example:" + server.port() + "/a.png")),
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
    MediaSettings settings = but(fetches.settings(), "privateNetworks", PrivateNetworks.REFUSED);
    AddressRule strict = MediaFetcher.rule(settings);
    AtomicInteger asked = new AtomicInteger();
    List<InetAddress> judged = new ArrayList<>();
    // First a public address, on which nobody listens here; every later answer is the loopback's.
    AddressResolverGroup<InetSocketAddress> rebinding =
        answering(asked, List.of("192.0.2.77"), List.of("127.0.0.1"));
    WebUpstream web =
        fetches.web(
            address -> {
              judged.add(address);
              return address.getHostAddress().equals("192.0.2.77") || strict.admits(address);
            },
            rebinding);
    MediaSettings hasty = but(settings, "timeout", Duration.ofMillis(500));

    Ended first =
        fetches.end(
            web,
            request(imageAt("http://evil.example:" + server.port() + "/a.png")),
            hasty,
            Needs.BYTES);
    Ended second =
        fetches.end(
            web,
            request(imageAt("http://evil.example:" + server.port() + "/a.png")),
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
        fetches.web(
            address -> address.getHostAddress().equals("127.0.0.1"),
            answering(asked, List.of("127.0.0.2", "127.0.0.1", "127.0.0.3")));

    for (int i = 0; i < 6; i++) {
      Ended ended =
          fetches.end(
              web,
              request(imageAt("http://mixed.example:" + server.port() + "/a.png")),
              fetches.settings(),
              Needs.BYTES);

      assertThat(ended.fault()).isNull();
    }
  }
}
