package dev.sluice.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which outgoing proxy is chosen for a host. */
class OutgoingProxyTest {

  private static OutgoingProxy choose(String host, Map<String, String> environment) {
    return OutgoingProxy.choose(null, true, host, 443, environment::get);
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "http://proxy:8080,proxy,8080,-,-",
        "http://proxy,proxy,3128,-,-",
        "http://proxy/,proxy,3128,-,-",
        "proxy:8080,proxy,8080,-,-",
        "HTTP://10.0.0.1:1,10.0.0.1,1,-,-",
        "http://[::1]:8080,::1,8080,-,-",
        "http://me:secret@proxy:8080,proxy,8080,me,secret",
        "me:secret@proxy:8080,proxy,8080,me,secret",
        "http://me@proxy:8080,proxy,8080,me,''",
        "http://m%40e:s%3Ae%2Bc+r%20t@proxy:8080,proxy,8080,m@e,s:e+c+r t",
      })
  void urlsAreRead(String url, String host, int port, String user, String password) {
    assertThat(OutgoingProxy.of(url)).isEqualTo(new OutgoingProxy(host, port, user, password));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"https://proxy:1", "socks5://proxy:1", "http://", "http://a b", "http:///x"})
  void whatIsNoHttpProxyIsRefused(String url) {
    assertThatThrownBy(() -> OutgoingProxy.of(url)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void thePasswordIsNotShown() {
    assertThat(OutgoingProxy.of("http://me:secret@proxy:1").toString()).doesNotContain("secret");
    assertThatThrownBy(() -> OutgoingProxy.of("http://me:secret@pro xy:1"))
        .hasMessageNotContaining("secret")
        .hasNoCause();
    assertThatThrownBy(() -> OutgoingProxy.of("http://me:sec%ret@proxy:1"))
        .hasMessageNotContaining("ret@");
  }

  @ParameterizedTest
  @CsvSource({
    // Host, NO_PROXY, whether the proxy is used.
    "api.test,'',true",
    "api.test,*,false",
    "api.test,'other.test, *',false",
    "api.test,api.test,false",
    "API.Test,api.test,false",
    "api.test,API.TEST,false",
    "api.test,' api.test ',false",
    "api.test,test,false",
    "api.test,.test,false",
    "api.test,*.test,false",
    "deep.api.test,api.test,false",
    "deep.api.test,.api.test,false",
    "api.test,.api.test,true",
    "myapi.test,api.test,true",
    "api.test.evil,api.test,true",
    "api.test,'other.test,,api.test',false",
    "api.test,',,',true",
    "api.test,.,true",
    "api.test,api.test:443,false",
    "api.test,api.test:8443,true",
    "deep.api.test,.api.test:443,false",
    "10.1.2.3,10.1.2.3,false",
    "10.1.2.3,2.3,true",
    "10.1.2.4,10.1.2.3,true",
    "2001:db8::1,2001:db8::1,false",
    "2001:db8::1,[2001:db8::1],false",
    "2001:db8::1,[2001:db8::1]:443,false",
    "2001:db8::1,[2001:db8::1]:444,true",
    "localhost,'',false",
    "LocalHost,'',false",
    "127.0.0.1,'',false",
    "127.8.9.1,'',false",
    "127.evil.test,'',true",
    "::1,'',false",
  })
  void rulesSayWhoGoesDirect(String host, String exempt, boolean proxied) {
    OutgoingProxy chosen =
        choose(host, Map.of("HTTPS_PROXY", "http://proxy:1", "NO_PROXY", exempt));

    assertThat(chosen != null).isEqualTo(proxied);
  }

  @Test
  void theSchemeChoosesTheVariable() {
    Map<String, String> environment =
        Map.of("HTTPS_PROXY", "http://secure:1", "HTTP_PROXY", "http://plain:2");

    assertThat(OutgoingProxy.choose(null, true, "api.test", 443, environment::get))
        .isEqualTo(new OutgoingProxy("secure", 1, null, null));
    assertThat(OutgoingProxy.choose(null, false, "api.test", 443, environment::get))
        .isEqualTo(new OutgoingProxy("plain", 2, null, null));
    assertThat(choose("api.test", Map.of("HTTP_PROXY", "http://plain:2"))).isNull();
    assertThat(choose("api.test", Map.of())).isNull();
    assertThat(choose("api.test", Map.of("HTTPS_PROXY", " "))).isNull();
  }

  @Test
  void lowerCaseVariablesWin() {
    Map<String, String> environment = new HashMap<>();
    environment.put("HTTPS_PROXY", "http://upper:1");
    environment.put("https_proxy", "http://lower:2");
    assertThat(choose("api.test", environment))
        .isEqualTo(new OutgoingProxy("lower", 2, null, null));

    environment.put("NO_PROXY", "other.test");
    environment.put("no_proxy", "api.test");
    assertThat(choose("api.test", environment)).isNull();
  }

  @Test
  void theProvidersOwnSettingWinsOverTheEnvironment() {
    Map<String, String> environment = Map.of("HTTPS_PROXY", "http://proxy:1", "NO_PROXY", "*");

    assertThat(OutgoingProxy.choose("http://own:9", true, "api.test", 443, environment::get))
        .isEqualTo(new OutgoingProxy("own", 9, null, null));
    assertThat(
            OutgoingProxy.choose("none", true, "api.test", 443, Map.of("HTTPS_PROXY", "p:1")::get))
        .isNull();
  }
}
