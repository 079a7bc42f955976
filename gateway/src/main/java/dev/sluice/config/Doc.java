package dev.sluice.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** What a setting means, for the published schema and for error messages. */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Doc {

  /** One or two sentences, with units. */
  String value();

  /** The default as it would be written in the file; empty where there is none. */
  String byDefault() default "";

  /** The smallest number allowed, for numbers, sizes (bytes) and durations (milliseconds). */
  long min() default Long.MIN_VALUE;

  /** The largest number allowed, for numbers, sizes (bytes) and durations (milliseconds). */
  long max() default Long.MAX_VALUE;

  /** What 0 stands for, in a few words; empty where it is a number like the others. */
  String zero() default "";

  /** Whether the value is a secret, never to be printed. */
  boolean secret() default false;
}
