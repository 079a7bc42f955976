package dev.sluice.config;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsWatcherTest {

  @TempDir private Path folder;
  private Path file = Path.of("");

  @BeforeEach
  void aFile() throws IOException {
    file = folder.resolve("sluice.yaml");
    Files.writeString(file, "a");
  }

  /** Two looks: the second one finds what the first one found. */
  private static boolean tellsOfAChange(SettingsWatcher watcher) {
    boolean first = watcher.look();
    assertThat(first).as("told by one look").isFalse();
    return watcher.look();
  }

  @Test
  void tellsOnceOfAFileThatWasWrittenInPlace() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.writeString(file, "b");

    assertThat(tellsOfAChange(watcher)).isTrue();
    assertThat(tellsOfAChange(watcher)).isFalse();
  }

  @Test
  void tellsOfAFileThatWasReplacedByARename() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.move(Files.writeString(folder.resolve("next"), "b"), file, ATOMIC_MOVE);

    assertThat(tellsOfAChange(watcher)).isTrue();
  }

  @Test
  void tellsOfALinkThatLeadsElsewhere() throws Exception {
    // How a mounted configuration is switched: the link to a folder is replaced by a rename.
    Path one = Files.createDirectory(folder.resolve("1"));
    Path two = Files.createDirectory(folder.resolve("2"));
    Files.writeString(one.resolve("sluice.yaml"), "a");
    Files.writeString(two.resolve("sluice.yaml"), "b");
    Path current = Files.createSymbolicLink(folder.resolve("current"), one);
    SettingsWatcher watcher = new SettingsWatcher(current.resolve("sluice.yaml"));

    Files.move(Files.createSymbolicLink(folder.resolve("next"), two), current, ATOMIC_MOVE);

    assertThat(tellsOfAChange(watcher)).isTrue();
    assertThat(tellsOfAChange(watcher)).isFalse();
  }

  @Test
  void aFileThatWasDeletedAndIsBackTellsOnlyIfItDiffers() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.delete(file);
    assertThat(tellsOfAChange(watcher)).isFalse();
    Files.writeString(file, "a");
    assertThat(tellsOfAChange(watcher)).isFalse();
    Files.delete(file);
    assertThat(tellsOfAChange(watcher)).isFalse();
    Files.writeString(file, "b");
    assertThat(tellsOfAChange(watcher)).isTrue();
  }

  @Test
  void aFileThatWasNotThereTellsWhenItComes() throws Exception {
    Files.delete(file);
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.writeString(file, "a");

    assertThat(tellsOfAChange(watcher)).isTrue();
  }

  @Test
  void theSameContentAnewTellsNothing() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.move(Files.writeString(folder.resolve("next"), "a"), file, ATOMIC_MOVE);

    assertThat(tellsOfAChange(watcher)).isFalse();
  }

  @Test
  void aFileStillBeingWrittenTellsNothingBeforeItIsWhole() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.writeString(file, "");
    assertThat(tellsOfAChange(watcher)).isFalse();
    Files.writeString(file, "b");
    assertThat(watcher.look()).isFalse();
    Files.writeString(file, "bc");
    assertThat(watcher.look()).isFalse();

    assertThat(watcher.look()).isTrue();
  }

  @Test
  void aChangeThatIsTakenBackTellsNothing() throws Exception {
    SettingsWatcher watcher = new SettingsWatcher(file);

    Files.writeString(file, "b");
    assertThat(watcher.look()).isFalse();
    Files.writeString(file, "a");

    assertThat(tellsOfAChange(watcher)).isFalse();
  }

  @Test
  void looksByItselfOnceStartedAndSeesWhatChangedBefore() throws Exception {
    CountDownLatch told = new CountDownLatch(1);
    try (SettingsWatcher watcher = new SettingsWatcher(file)) {
      Files.writeString(file, "b");

      watcher.start(told::countDown);

      assertThat(told.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void tellsAtOnceWhenToldToAndNotAgainForTheSameContent() throws Exception {
    Semaphore told = new Semaphore(0);
    try (SettingsWatcher watcher = new SettingsWatcher(file)) {
      watcher.start(told::release);
      Files.writeString(file, "b");

      watcher.reloadNow();

      assertThat(told.tryAcquire(10, TimeUnit.SECONDS)).isTrue();
      // Longer than a look takes: what was told of is not found again.
      assertThat(told.tryAcquire(1500, TimeUnit.MILLISECONDS)).isFalse();
    }
  }
}
