// Java's own HTTP client and DOM.
import java.io.*;
import java.net.URI;
import java.net.http.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.*;

class HttpDom {
    static List<Element> children(Element parent, String name) {
        List<Element> found = new ArrayList<>();
        for (Node node = parent.getFirstChild(); node != null; node = node.getNextSibling())
            if (node instanceof Element one && (name.isEmpty() || one.getTagName().equals(name))) found.add(one);
        return found;
    }

    static String read(Element value) {
        List<Element> inner = children(value, "");
        if (inner.isEmpty()) return value.getTextContent();
        Element kind = inner.get(0);
        if (kind.getTagName().equals("boolean")) return kind.getTextContent().equals("1") ? "true" : "false";
        if (!kind.getTagName().equals("array")) return kind.getTextContent();
        StringJoiner row = new StringJoiner("\t");
        for (Element one : children(children(kind, "data").get(0), "value")) row.add(read(one));
        return row.toString();
    }

    static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    public static void main(String[] args) throws Exception {
        String login = Base64.getEncoder().encodeToString((args[1] + ":" + args[2]).getBytes(StandardCharsets.UTF_8));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        var client = HttpClient.newHttpClient();
        for (String line; (line = in.readLine()) != null; out.println(".")) {
            String[] words = line.split("\t");
            var body = new StringBuilder("<?xml version=\"1.0\"?><methodCall><methodName>" + words[0] + "</methodName><params>");
            for (String word : Arrays.copyOfRange(words, 1, words.length)) {
                body.append("<param><value>");
                if (word.startsWith("sl:")) {
                    body.append("<array><data>");
                    for (String one : word.substring(3).split(",")) body.append("<value><string>" + one + "</string></value>");
                    body.append("</data></array>");
                } else body.append("<string>" + escape(word.substring(2)) + "</string>");
                body.append("</value></param>");
            }
            body.append("</params></methodCall>");
            var request = HttpRequest.newBuilder(URI.create(args[0])).header("Authorization", "Basic " + login)
                .header("Content-Type", "text/xml").POST(HttpRequest.BodyPublishers.ofString(body.toString())).build();
            var reply = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            if (reply.statusCode() != 200) { out.println("status " + reply.statusCode()); continue; }
            Element root = DocumentBuilderFactory.newInstance().newDocumentBuilder()
                .parse(new ByteArrayInputStream(reply.body())).getDocumentElement();
            Element first = children(root, "").get(0);
            if (first.getTagName().equals("fault")) {
                var said = new StringJoiner(" ", "fault ", "");
                for (Element member : children(children(children(first, "value").get(0), "struct").get(0), "member"))
                    said.add(read(children(member, "value").get(0)));
                out.println(said);
            } else {
                Element value = children(children(first, "param").get(0), "value").get(0);
                for (Element one : children(children(children(value, "array").get(0), "data").get(0), "value"))
                    out.println(read(one));
            }
        }
    }
}
