package dev.sluice.app;

import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;

/**
 * The process's signals. The JDK has no supported interface to them but the one in {@code
 * sun.misc}, which is reached by reflection, so that a virtual machine without it still runs.
 */
final class Signals {

  private Signals() {}

  /** Runs {@code action} whenever the process is told to hang up, which then does not end it. */
  static void onHangUp(Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      InvocationHandler call =
          (proxy, method, arguments) -> {
            if (method.getName().equals("handle")) {
              action.run();
            }
            return null;
          };
      Object proxy =
          Proxy.newProxyInstance(Signals.class.getClassLoader(), new Class<?>[] {handler}, call);
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance("HUP"), proxy);
    } catch (ReflectiveOperationException | IllegalArgumentException _) {
      // Without the signal, a changed file is still noticed.
    }
  }
}
