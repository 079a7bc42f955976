package dev.sluice.provider.media;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Addresses have one reading, or none. */
class WebAddressTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "https://example.com|true|example.com|443|/",
        "HTTP://Example.COM/A.png|false|example.com|80|/A.png",
        "https://example.com:8443?q=1#top|true|example.com|8443|/?q=1",
        "http://10.1.2.3/x|false|10.1.2.3|80|/x",
        "http://[2606:4700::1111]:81/x|false|2606:4700::1111|81|/x",
        "https://a_b.example-x.com/a b/ü?\"<>|true|a_b.example-x.com|443|/a%20b/%C3%BC?%22%3C%3E",
        "https://example.com/a%2Fb%00?x=%ff|true|example.com|443|/a%2Fb%00?x=%ff",
        "https://example.com/@x:y|true|example.com|443|/@x:y",
        "https://example.com#x/@y|true|example.com|443|/"
      })
  void isReadInParts(String text, boolean secure, String host, int port, String target) {
    assertThat(good(WebAddress.read(text))).isEqualTo(new WebAddress(secure, host, port, target));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "example.com/x",
        "//example.com/x",
        "ftp://example.com/x",
        "file:///etc/passwd",
        "gopher://example.com/",
        "gs://bucket/x",
        "http:/example.com",
        "https://",
        "https:///x",
        "https://user@example.com/",
        "https://user:secret@example.com/",
        "https://example.com@127.0.0.1/",
        "https://example.com\\@127.0.0.1/",
        "https://example.com/\\x",
        "https://example.com/x\r\nhost: b",
        "https://example.com/\u0000",
        "https://exa mple.com/",
        "https://exämple.com/",
        "https://example\u3002com/",
        "https://127.0.0.1\u0660/",
        "https://ⓔxample.com/",
        "https://example..com/",
        "https://.example.com/",
        "https://example.com./",
        "https://example.com:/",
        "https://example.com:0/",
        "https://example.com:65536/",
        "https://example.com:+80/",
        "https://example.com:\u0668\u0660/",
        "https://example.com:80:80/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0x7f.1/",
        "https://127.1/",
        "https://127.0.1/",
        "https://0177.0.0.1/",
        "https://127.0.0.01/",
        "https://127.0.0.256/",
        "https://127.0.0.1.5/",
        "https://1.2.3.4.0x5/",
        "https://%31%32%37.0.0.1/",
        "https://[::1/",
        "https://[::1]x/",
        "https://[fe80::1%25eth0]/",
        "https://[127.0.0.1]/",
        "https://[v1.x]/"
      })
  void whatCouldBeReadInTwoWaysIsNotRead(String text) {
    assertThat(WebAddress.read(text)).isInstanceOf(WebAddress.Read.Bad.class);
  }

  @Test
  void whatIsWrongIsToldWithoutTheAddress() {
    WebAddress.Read read = WebAddress.read("https://user:secret@example.com/?token=t0k3n");

    assertThat(((WebAddress.Read.Bad) read).reason())
        .contains("user name")
        .doesNotContain("secret", "example", "t0k3n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "/y?z|https://h.example:444/y?z",
        "y|https://h.example:444/a/y",
        "?q|https://h.example:444/a/b?q",
        "y:z/?q|",
        "./y:z|https://h.example:444/a/./y:z",
        "#top|https://h.example:444/a/b?c",
        "//other.example/x|https://other.example:443/x",
        "http://other.example/x|http://other.example:80/x",
        "//127.1/|",
        "javascript:x|",
        "/x\\y|"
      })
  void aRedirectIsReadFromWhereItStands(String location, String expected) {
    WebAddress from = good(WebAddress.read("https://h.example:444/a/b?c"));

    WebAddress.Read read = from.follow(location);

    if (expected == null) {
      assertThat(read).isInstanceOf(WebAddress.Read.Bad.class);
    } else {
      assertThat(good(read) + good(read).target()).isEqualTo(expected);
    }
  }

  @Test
  void isShownWithoutItsQuery() {
    assertThat(good(WebAddress.read("https://example.com/a?key=secret")))
        .hasToString("https://example.com:443");
  }

  private static WebAddress good(WebAddress.Read read) {
    assertThat(read).isInstanceOf(WebAddress.Read.Good.class);
    return ((WebAddress.Read.Good) read).address();
  }
}
