/// What is written for people: bounded and harmless, whatever happens on the data path.
@NullMarked
package dev.headgate.pipeline.log;

import org.jspecify.annotations.NullMarked;
