/** Micro-benchmarks of the byte path: scanning, splicing, finding frames, looking into them. */
@NullMarked
package dev.sluice.bench.micro;

import org.jspecify.annotations.NullMarked;
