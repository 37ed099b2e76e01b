package com.example.story;

/** Tells both stories through the clients that openapi-generator has made. */
public final class Main {
    private Main() {}

    public static void main(String[] arguments) throws Exception {
        Scene scene = Scene.fromEnvironment();
        int operations = new IbmStory(scene).tell() + new StorwareStory(scene).tell();
        System.out.println("both stories told, " + operations + " operations called");
    }
}
