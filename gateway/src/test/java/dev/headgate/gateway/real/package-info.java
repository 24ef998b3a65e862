/// Tests against what is real: the image, and the gateway before Tempo, Loki and Mimir with the
/// files of `deploy/`. The backends are containers, or programs that the environment names. What is
/// not there is skipped, with a reason that `.ci/run` repeats in a line for each class.
@NullMarked
package dev.headgate.gateway.real;

import org.jspecify.annotations.NullMarked;
