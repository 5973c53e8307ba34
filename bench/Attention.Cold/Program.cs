// A program that does one thing: the MiniLM-shaped encoder of a safetensors file, over 128 tokens, once. It prints the
// instruction set and the bits of the outputs' sum; without an argument it only starts and ends.
using Attention.Bench;
using Attention.Dsl;

if (args is [string path])
{
    using SentenceEncoder model = SentenceEncoder.Load(path);
    using SentenceEncoder.Session session = model.CreateSession();
    var tokens = new int[128];
    for (int i = 0; i < tokens.Length; i++)
        tokens[i] = i * 7919 % 1000;
    float sum = 0;
    foreach (float value in session.Text.Forward(tokens).ToArray())
        sum += value;
    Console.WriteLine($"{model.InstructionSet} {BitConverter.SingleToInt32Bits(sum):X8}");
}
