package dev.sluice.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The processes of a measurement: the mock provider, the gateway, nginx, load generators. All are
 * on the loopback interface, and all end with the rig, with a signal to the harness, and even when
 * that is killed, since the mock provider holds their {@link Leash}.
 */
final class Rig implements AutoCloseable {

  private static final int NGINX_CONNECTIONS_MAX = 25_000;
  private static final int NGINX_KEPT_MAX = 1024;

  /** What the mock provider's model is called, there and at the gateway. */
  static final String MODEL = "m";

  /** What it is called where models have UUIDs. */
  static final String MODEL_ID = "11111111-1111-4111-8111-111111111111";

  private final Path folder;
  private final Set<Process> running = ConcurrentHashMap.newKeySet();
  private final Thread atExit = new Thread(this::end, "stop");
  private final Process mock;
  private final int mockPort;
  private int started;
  private boolean ending;

  /**
   * Starts the mock provider.
   *
   * @param port the mock provider's; 0 takes any that is free
   * @throws IOException where it does not start
   */
  Rig(int port) throws IOException {
    mock = java(List.of("mock", "--port=" + port));
    folder = Files.createTempDirectory("sluice-bench");
    Runtime.getRuntime().addShutdownHook(atExit);
    leash(folder.toString());
    String line = reader(mock).readLine();
    if (line == null || !line.chars().allMatch(Character::isDigit)) {
      close();
      throw new IOException("the mock provider does not start");
    }
    mockPort = Integer.parseInt(line);
  }

  /** The mock provider itself. */
  Target direct() {
    return new Target(
        Target.Kind.DIRECT.toString(), null, List.of(), new Door(mockPort, Target.PATH, MODEL));
  }

  /**
   * Starts a target and waits for its first answer; {@code null} where it is not installed.
   *
   * @throws IOException where it does not answer
   */
  @Nullable Target start(Target.Kind kind) throws IOException {
    return switch (kind) {
      case GATEWAY -> startGateway();
      case NGINX -> startNginx();
      case DIRECT -> direct();
    };
  }

  /**
   * The packaged gateway, started as its users do.
   *
   * @throws IOException where it does not answer
   */
  Target startGateway() throws IOException {
    return startGateway("");
  }

  /**
   * The same with a provider for each {@link Wire}.
   *
   * @throws IOException where it does not answer
   */
  Target startTranslatingGateway() throws IOException {
    return startGateway(
        """
          claude: { kind: anthropic, base_url: "http://127.0.0.1:%1$d", api_key: x }
          bedrock: { base_url: "http://127.0.0.1:%1$d", region: us-east-1, api_key: x }
        """
            .formatted(mockPort));
  }

  private Target startGateway(String moreProviders) throws IOException {
    String launcher = System.getenv("SLUICE_LAUNCHER");
    if (launcher == null) {
      throw new IOException("start the benchmarks with ./sluice bench");
    }
    int port = freePort();
    Path file = folder.resolve("gateway-" + started + ".yaml");
    Files.writeString(
        file,
        """
        server: { port: %1$d }
        admin: { port: %2$d }
        models: { %4$s: { targets: [ { to: mock/%4$s } ], id: %5$s } }
        providers:
          mock: { kind: openai, base_url: "http://127.0.0.1:%3$d/v1", api_key: x }
        """
                .formatted(port, freePort(), mockPort, MODEL, MODEL_ID)
            + moreProviders);
    Process process = quiet("gateway", launcher, "serve", "--config", file.toString());
    return answering(Target.Kind.GATEWAY, process, new Door(port, Target.PATH, "mock/" + MODEL));
  }

  /** A bare relay with connections that are kept on both sides. */
  private @Nullable Target startNginx() throws IOException {
    Path program = nginxProgram();
    if (program == null) {
      return null;
    }
    int port = freePort();
    Path home = Files.createDirectories(folder.resolve("nginx-" + started));
    Path file = home.resolve("nginx.conf");
    Files.writeString(
        file,
        """
        worker_processes auto; daemon off; pid %1$s/nginx.pid; error_log %1$s/error.log;
        worker_rlimit_nofile %2$d; events { worker_connections %3$d; }
        http {
          access_log off; keepalive_requests 1000000000;
          client_body_temp_path %1$s/body; proxy_temp_path %1$s/proxy;
          fastcgi_temp_path %1$s/fastcgi; uwsgi_temp_path %1$s/uwsgi; scgi_temp_path %1$s/scgi;
          upstream mock {
            server 127.0.0.1:%4$d; keepalive %5$d; keepalive_requests 1000000000;
          }
          server {
            listen 127.0.0.1:%6$d backlog=4096;
            location / {
              proxy_pass http://mock; proxy_http_version 1.1; proxy_set_header Connection "";
              proxy_buffering off;
            }
          }
        }
        """
            .formatted(
                home,
                Machine.openFilesMax(),
                Math.min(NGINX_CONNECTIONS_MAX, Machine.openFilesMax()),
                mockPort,
                NGINX_KEPT_MAX,
                port));
    Process process = quiet("nginx", program.toString(), "-p", home.toString(), "-c", "nginx.conf");
    return answering(Target.Kind.NGINX, process, new Door(port, Target.PATH, MODEL));
  }

  private static Target answering(Target.Kind kind, Process process, Door door) throws IOException {
    FirstAnswer.await(door, process);
    return new Target(kind.toString(), process, List.of(process.toHandle()), door);
  }

  /**
   * What a load came to.
   *
   * @param cpuNanos what the target took while the load generator recorded
   * @param memory what the target had at the end of it, with all connections still open
   */
  record Outcome(LoadReport report, long cpuNanos, ProcessFigures.Memory memory) {}

  /**
   * Loads a target and waits until that is over.
   *
   * @throws IOException where the load generator gives up
   */
  Outcome load(Target target, Load load, int warmUpSeconds, int seconds)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of(
                "load",
                "--door=" + target.door().encode(),
                "--warm-up-millis=" + TimeUnit.SECONDS.toMillis(warmUpSeconds),
                "--millis=" + TimeUnit.SECONDS.toMillis(seconds)));
    arguments.addAll(
        switch (load) {
          case Load.Closed closed -> List.of("--connections=" + closed.connections());
          case Load.Streams streams ->
              List.of("--streams=" + streams.streams(), "--frames=" + streams.framesPerSecond());
        });
    Process process = java(arguments);
    long begunNanos = 0;
    long endedNanos = -1;
    ProcessFigures.Memory memory = new ProcessFigures.Memory(0, 0);
    LoadReport report = null;
    String line;
    try (BufferedReader out = reader(process)) {
      while ((line = out.readLine()) != null) {
        if (line.equals(LoadGenerator.BEGIN)) {
          begunNanos = ProcessFigures.cpuNanos(target.pids());
        } else if (line.equals(LoadGenerator.END)) {
          endedNanos = ProcessFigures.cpuNanos(target.pids());
          memory = ProcessFigures.memory(target.pids());
        } else if (LoadReport.isReport(line)) {
          report = LoadReport.decode(line);
        }
      }
    }
    process.waitFor();
    forget(process);
    if (report == null) {
      throw new IOException("a load generator ended before it reported");
    }
    if (endedNanos < 0) {
      throw new IOException(target.name() + ": given up after " + report.failed() + " failures");
    }
    return new Outcome(report, endedNanos - begunNanos, memory);
  }

  /**
   * Asks all targets in slices that take turns.
   *
   * @return for each target, in the order given, a report of each of its slices
   * @throws IOException where the load generator gives up
   */
  List<List<LoadReport>> latencies(List<Target> targets, LatencySlices.Plan plan)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("slices"));
    List<List<LoadReport>> reports = new ArrayList<>();
    for (Target target : targets) {
      arguments.add("--door=" + target.door().encode());
      reports.add(new ArrayList<>());
    }
    arguments.add("--connections=" + plan.connections());
    arguments.add("--rate=" + plan.requestsPerSecond());
    arguments.add("--turns=" + plan.turns());
    arguments.add("--slice-millis=" + plan.sliceMillis());
    Process process = java(arguments);
    String line;
    try (BufferedReader out = reader(process)) {
      while ((line = out.readLine()) != null) {
        int space = line.indexOf(' ');
        if (space > 0 && LoadReport.isReport(line.substring(space + 1))) {
          reports
              .get(Integer.parseInt(line, 0, space, 10))
              .add(LoadReport.decode(line.substring(space + 1)));
        }
      }
    }
    process.waitFor();
    forget(process);
    for (int i = 0; i < targets.size(); i++) {
      if (reports.get(i).size() != plan.turns()) {
        throw new IOException("the latency load gave up in a slice of " + targets.get(i).name());
      }
    }
    return reports;
  }

  /** Ends a target that was started here, and waits for its end. */
  void stop(Target target) {
    Process process = target.owned();
    if (process != null) {
      Leash.end(process.toHandle());
      forget(process);
    }
  }

  private Process java(List<String> arguments) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // A young generation that is seldom full: pauses here would be taken for latency.
                "-Xmx768m",
                "-Xmn512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dio.netty.noUnsafe=false",
                "-Dio.netty.allocator.type=pooled",
                "-Dio.netty.leakDetection.level=disabled",
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName()));
    command.addAll(arguments);
    return begin(new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT));
  }

  private Process quiet(String name, String... command) throws IOException {
    File log = folder.resolve(name + "-" + started++ + ".log").toFile();
    Process process =
        begin(new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log));
    leash("+" + process.pid());
    return process;
  }

  /** None is started any more once a signal has come, as nobody would end it. */
  private synchronized Process begin(ProcessBuilder builder) throws IOException {
    if (ending) {
      throw new IOException("the measurement is ending");
    }
    Process process = builder.start();
    running.add(process);
    return process;
  }

  private void forget(Process process) {
    running.remove(process);
    try {
      leash("-" + process.pid());
    } catch (IOException _) {
      // Then the mock provider is gone, and nobody is held any more.
    }
  }

  private void leash(String line) throws IOException {
    OutputStream out = mock.getOutputStream();
    out.write((line + "\n").getBytes(StandardCharsets.US_ASCII));
    out.flush();
  }

  private static @Nullable Path nginxProgram() {
    String path = System.getenv("PATH") + ":/usr/sbin:/usr/local/sbin";
    for (String place : path.split(":", -1)) {
      Path program = Path.of(place, "nginx");
      if (Files.isExecutable(program)) {
        return program;
      }
    }
    return null;
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static BufferedReader reader(Process process) {
    return new BufferedReader(
        new InputStreamReader(process.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** Ends everything and removes its files. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(atExit);
    } catch (IllegalStateException _) {
      // A signal has come, and the hook is at it.
      return;
    }
    end();
  }

  private void end() {
    synchronized (this) {
      ending = true;
    }
    for (Process process : running) {
      if (!process.equals(mock)) {
        Leash.end(process.toHandle());
      }
    }
    // The mock provider is the last, as it ends and removes what is left should this end early.
    Leash.end(mock.toHandle());
    Leash.remove(folder);
  }
}
