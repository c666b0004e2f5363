// Java's old HttpURLConnection and StAX.
import java.io.*;
import java.net.*;
import java.nio.charset.StandardCharsets;
import java.util.*;
import javax.xml.stream.*;

class UrlStax {
    static List<Object> values(XMLStreamReader xml, String end) throws XMLStreamException {
        List<Object> found = new ArrayList<>();
        while (xml.hasNext()) {
            int event = xml.next();
            if (event == XMLStreamConstants.START_ELEMENT && xml.getLocalName().equals("value")) found.add(value(xml));
            else if (event == XMLStreamConstants.END_ELEMENT && xml.getLocalName().equals(end)) return found;
        }
        return found;
    }

    static Object value(XMLStreamReader xml) throws XMLStreamException {
        var text = new StringBuilder();
        Object result = null;
        String kind = "";
        while (xml.hasNext()) {
            switch (xml.next()) {
                case XMLStreamConstants.CHARACTERS -> text.append(xml.getText());
                case XMLStreamConstants.START_ELEMENT -> {
                    kind = xml.getLocalName();
                    if (kind.equals("array") || kind.equals("struct")) result = values(xml, kind);
                }
                case XMLStreamConstants.END_ELEMENT -> {
                    if (!xml.getLocalName().equals("value")) continue;
                    if (result != null) return result;
                    return kind.equals("boolean") ? String.valueOf(text.toString().equals("1")) : text.toString();
                }
                default -> { }
            }
        }
        return "";
    }

    static String show(Object value, String between) {
        if (!(value instanceof List<?> row)) return value.toString();
        var said = new StringJoiner(between);
        for (Object one : row) said.add(show(one, "\t"));
        return said.toString();
    }

    public static void main(String[] args) throws Exception {
        String login = Base64.getEncoder().encodeToString((args[1] + ":" + args[2]).getBytes(StandardCharsets.UTF_8));
        var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
        for (String line; (line = in.readLine()) != null; out.println(".")) {
            String[] words = line.split("\t");
            var connection = (HttpURLConnection) URI.create(args[0]).toURL().openConnection();
            connection.setDoOutput(true);
            connection.setChunkedStreamingMode(64);
            connection.setRequestProperty("Authorization", "Basic " + login);
            var body = new StringWriter();
            XMLStreamWriter xml = XMLOutputFactory.newInstance().createXMLStreamWriter(body);
            xml.writeStartElement("methodCall");
            xml.writeStartElement("methodName");
            xml.writeCharacters(words[0]);
            xml.writeEndElement();
            xml.writeStartElement("params");
            for (String word : Arrays.copyOfRange(words, 1, words.length)) {
                xml.writeStartElement("param");
                xml.writeStartElement("value");
                if (word.startsWith("sl:")) {
                    xml.writeStartElement("array");
                    xml.writeStartElement("data");
                    for (String one : word.substring(3).split(",")) {
                        xml.writeStartElement("value");
                        xml.writeCharacters(one);
                        xml.writeEndElement();
                    }
                    xml.writeEndElement();
                    xml.writeEndElement();
                } else xml.writeCharacters(word.substring(2));
                xml.writeEndElement();
                xml.writeEndElement();
            }
            xml.writeEndDocument();
            try (OutputStream stream = connection.getOutputStream()) {
                stream.write(body.toString().getBytes(StandardCharsets.UTF_8));
            }
            if (connection.getResponseCode() != 200) { out.println("status " + connection.getResponseCode()); continue; }
            boolean fault = false;
            XMLStreamReader reader = XMLInputFactory.newInstance().createXMLStreamReader(connection.getInputStream());
            while (reader.hasNext()) {
                if (reader.next() != XMLStreamConstants.START_ELEMENT) continue;
                fault |= reader.getLocalName().equals("fault");
                if (!reader.getLocalName().equals("value")) continue;
                Object value = value(reader);
                if (fault) out.println("fault " + show(value, " "));
                else for (Object one : (List<?>) value) out.println(show(one, "\t"));
                break;
            }
        }
    }
}
