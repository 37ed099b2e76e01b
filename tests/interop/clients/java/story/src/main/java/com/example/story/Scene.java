package com.example.story;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Where the stories play, and how they check. */
record Scene(
        String url, String apiKey, String tenant, String login, String password, Path folder, Path target) {
    static final String NAME = "interop java";

    private static final Duration POLL = Duration.ofMillis(100);
    /** How long anything may take. */
    private static final Duration LIMIT = Duration.ofMinutes(1);

    static Scene fromEnvironment() {
        return new Scene(
                variable("URL"),
                variable("API_KEY"),
                variable("TENANT"),
                variable("LOGIN"),
                variable("PASSWORD"),
                Path.of(variable("FOLDER")),
                Path.of(variable("TARGET")));
    }

    private static String variable(String name) {
        String value = System.getenv("STRONGROOM_" + name);
        check(value != null, "STRONGROOM_" + name + " is not set");
        return value;
    }

    /** Ends the story unless something is as it should be. */
    static void check(boolean is, Object otherwise) {
        if (!is) {
            throw new IllegalStateException(String.valueOf(otherwise));
        }
    }

    /** The one element of a list. */
    static <T> T only(String what, List<T> list) {
        check(list != null && list.size() == 1, what + ", not one: " + list);
        return list.get(0);
    }

    /** Asks until the answer is what is waited for. */
    static <T> T await(String what, Callable<T> ask, Predicate<T> is) throws Exception {
        Instant end = Instant.now().plus(LIMIT);
        while (true) {
            T answer = ask.call();
            if (is.test(answer)) {
                return answer;
            }
            check(Instant.now().isBefore(end), what + ": not within " + LIMIT);
            Thread.sleep(POLL.toMillis());
        }
    }

    /** Ends the story unless a time lies within the last hour. */
    static void checkRecent(String what, Instant at) {
        Duration since = Duration.between(at, Instant.now()).abs();
        check(since.compareTo(Duration.ofHours(1)) < 0, what + ": " + at + " is not now");
    }

    /** Holds the folder's copy below a target against the folder. */
    void checkRestored(String name) throws IOException {
        Map<String, byte[]> original = contents(folder);
        Map<String, byte[]> restored = contents(target.resolve(name).resolve(folder.getFileName()));
        check(!original.isEmpty(), folder + " is empty");
        check(original.keySet().equals(restored.keySet()), name + ": other files: " + restored.keySet());
        original.forEach((file, content) -> check(
                Arrays.equals(content, restored.get(file)), name + ": " + file + " is not as it was"));
    }

    private static Map<String, byte[]> contents(Path folder) throws IOException {
        Map<String, byte[]> found = new TreeMap<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
                found.put(folder.relativize(file).toString(), Files.readAllBytes(file));
            }
        }
        return found;
    }
}
