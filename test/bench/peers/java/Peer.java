import alipsa.sieparser.SieDocument;
import alipsa.sieparser.SieDocumentReader;

/** Reads a SIE file with Alipsa's SIEParser, some times over, and prints what each time took. */
public class Peer {
  public static void main(String[] arguments) throws Exception {
    int rounds = Integer.parseInt(arguments[1]);
    for (int round = 0; round < rounds; round++) {
      long start = System.nanoTime();
      SieDocumentReader reader = new SieDocumentReader();
      reader.setIgnoreMissingOMFATTNING(true);
      SieDocument document = reader.readDocument(arguments[0]);
      double took = (System.nanoTime() - start) / 1e6;
      System.out.println(took + " " + document.getVER().size());
    }
  }
}
