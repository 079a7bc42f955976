package dev.sluice.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class OtherTest {

  @Test
  void readsNameUrlAndModel() {
    assertThat(Other.parse("relay=http://127.0.0.1:4000/v1#mock/m"))
        .isEqualTo(new Other("relay", URI.create("http://127.0.0.1:4000/v1#mock/m"), "mock/m"));
    assertThat(Other.parse("relay=http://localhost:4000").model()).isEqualTo("m");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://127.0.0.1:4000",
        "relay=https://127.0.0.1:4000",
        "relay=http://127.0.0.1/v1",
        "relay=http://192.0.2.1:4000/v1",
        "relay=not a url",
        "nginx=http://127.0.0.1:4000"
      })
  void refusesWhatItCannotOrMayNotLoad(String text) {
    assertThatThrownBy(() -> Other.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void findsTheProcessThatListens() throws Exception {
    long self = ProcessHandle.current().pid();
    int port;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = socket.getLocalPort();
      Target target = Other.parse("relay=http://127.0.0.1:" + port + "/v1/").target();

      assertThat(target.pids()).contains(self);
      assertThat(target.door()).isEqualTo(new Door(port, "/v1/chat/completions", "m"));
    }
    assertThat(Other.listening(port)).isEqualTo(List.of());
  }
}
