package dev.sluice.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;

/** Where and when something was measured. */
final class Machine {

  private Machine() {}

  /** How many files a process may open, as a kernel counts sockets, too. */
  static int openFilesMax() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/self/limits"))) {
      if (line.startsWith("Max open files")) {
        String soft = line.substring("Max open files".length()).strip().split(" +", -1)[0];
        return soft.equals("unlimited")
            ? Integer.MAX_VALUE
            : Math.clamp(Long.parseLong(soft), 0, Integer.MAX_VALUE);
      }
    }
    throw new IOException("the limit of open files is not known");
  }

  /** Date, processor, kernel, JDK, commit, in one sentence. */
  static String description(Path root) throws IOException {
    String processor = "unknown processor";
    for (String line : Files.readAllLines(Path.of("/proc/cpuinfo"))) {
      if (line.startsWith("model name")) {
        processor = line.substring(line.indexOf(':') + 1).strip();
        break;
      }
    }
    return "Measured on "
        + LocalDate.now(ZoneOffset.UTC)
        + " at commit "
        + commit(root)
        + " on "
        + Runtime.getRuntime().availableProcessors()
        + " cores ("
        + processor
        + ", Linux "
        + System.getProperty("os.version")
        + ", JDK "
        + Runtime.version()
        + ").";
  }

  private static String commit(Path root) {
    try {
      Process git =
          new ProcessBuilder(
                  "git", "-C", root.toString(), "describe", "--always", "--dirty", "--exclude=*")
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      String text = new String(git.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
      return text.isBlank() ? "unknown" : text.strip();
    } catch (IOException _) {
      return "unknown";
    }
  }
}
