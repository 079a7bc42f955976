package dev.sluice.config;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads small files whole, and never more of them than may be: a path can name a device. */
final class TextFile {

  private TextFile() {}

  /** A file that is not taken; its message goes on from the file's name, without its content. */
  static final class NotTaken extends Exception {
    private static final long serialVersionUID = 1L;

    NotTaken(String message, @Nullable IOException cause) {
      super(message, cause);
    }
  }

  /** The file's text, without the mark that may stand at the beginning of UTF-8. */
  static String read(Path file, int bytesMax) throws NotTaken {
    try {
      byte[] bytes = bytes(file, bytesMax + 1);
      if (bytes.length > bytesMax) {
        throw new NotTaken("is larger than " + Scalars.write(new DataSize(bytesMax)), null);
      }
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
      return text.startsWith("\ufeff") ? text.substring(1) : text;
    } catch (CharacterCodingException e) {
      throw new NotTaken("is not UTF-8 text", e);
    } catch (IOException e) {
      throw new NotTaken("cannot be read" + reason(file, e), e);
    }
  }

  private static String reason(Path file, IOException e) {
    if (e instanceof NoSuchFileException) {
      return ": there is no such file";
    }
    if (e instanceof AccessDeniedException) {
      return ": permission denied";
    }
    return Files.isDirectory(file) ? ": it is a folder" : "";
  }

  /** The file's first bytes. */
  static byte[] bytes(Path file, int bytesMax) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.readNBytes(bytesMax);
    }
  }
}
