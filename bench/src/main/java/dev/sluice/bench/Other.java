package dev.sluice.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A gateway of somebody else's that runs already and relays to the mock provider.
 *
 * @param name the column of the table
 * @param base what stands before {@code /chat/completions}, on this machine
 * @param model what a client calls the mock provider's model there
 */
record Other(String name, URI base, String model) {

  private static final String MODEL = "m";
  private static final String LISTENING = "0A";
  private static final int ADDRESS_INDEX = 1;
  private static final int STATE_INDEX = 3;
  private static final int INODE_INDEX = 9;

  /**
   * Reads {@code NAME=URL} or {@code NAME=URL#MODEL}.
   *
   * @throws IllegalArgumentException where it is not that, or the URL is not this machine's
   */
  static Other parse(String text) {
    int equals = text.indexOf('=');
    if (equals < 1) {
      throw new IllegalArgumentException("NAME=URL is wanted, not " + text);
    }
    String name = text.substring(0, equals);
    for (Target.Kind kind : Target.Kind.values()) {
      if (kind.toString().equals(name)) {
        throw new IllegalArgumentException(name + " has its own column; take another name");
      }
    }
    try {
      URI uri = new URI(text.substring(equals + 1));
      if (!"http".equals(uri.getScheme()) || uri.getHost() == null || uri.getPort() < 1) {
        throw new IllegalArgumentException("http://HOST:PORT/PATH is wanted, not " + uri);
      }
      if (!InetAddress.getByName(uri.getHost()).isLoopbackAddress()) {
        throw new IllegalArgumentException("only this machine is loaded, not " + uri.getHost());
      }
      return new Other(name, uri, uri.getFragment() == null ? MODEL : uri.getFragment());
    } catch (URISyntaxException | IOException e) {
      throw new IllegalArgumentException("not a URL of this machine: " + text, e);
    }
  }

  /**
   * The target, with all processes that hold the listening socket.
   *
   * @throws IOException where nobody listens, or a stranger whose processes cannot be seen
   */
  Target target() throws IOException {
    List<ProcessHandle> listening = listening(base.getPort());
    if (listening.isEmpty()) {
      throw new IOException("no process of yours listens for " + name + " on " + base.getPort());
    }
    String path = base.getPath().replaceAll("/+$", "") + "/chat/completions";
    return new Target(name, null, listening, new Door(base.getPort(), path, model));
  }

  /** Which processes listen on a port, as far as they can be seen. */
  static List<ProcessHandle> listening(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    for (String table : List.of("/proc/net/tcp", "/proc/net/tcp6")) {
      if (Files.exists(Path.of(table))) {
        addSockets(Files.readAllLines(Path.of(table)), port, sockets);
      }
    }
    List<ProcessHandle> holders = new ArrayList<>();
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (holdsAny(process, sockets)) {
        holders.add(process);
      }
    }
    return holders;
  }

  private static void addSockets(List<String> lines, int port, Set<String> sockets) {
    for (String line : lines.subList(Math.min(1, lines.size()), lines.size())) {
      String[] columns = line.strip().split(" +", -1);
      String address = columns[ADDRESS_INDEX];
      int itsPort = Integer.parseInt(address.substring(address.indexOf(':') + 1), 16);
      if (itsPort == port && columns[STATE_INDEX].equals(LISTENING)) {
        sockets.add("socket:[" + columns[INODE_INDEX] + "]");
      }
    }
  }

  private static boolean holdsAny(ProcessHandle process, Set<String> sockets) {
    Path folder = Path.of("/proc", Long.toString(process.pid()), "fd");
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder)) {
      for (Path file : files) {
        if (sockets.contains(Files.readSymbolicLink(file).toString())) {
          return true;
        }
      }
    } catch (IOException | java.nio.file.DirectoryIteratorException _) {
      // Somebody else's process, or one that has just ended or closed a file.
    }
    return false;
  }
}
