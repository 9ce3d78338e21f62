set multiplot layout 1, 2 margins 0.075, 0.985, 0.15, 0.9 spacing 0.1
file = tables.'effective-action.tsv'
colours = '0x2E8BC7 0x009E73 0xB27500 0xD55E00 0xCC79A7'
is(series, load) = strcol('series') eq series && column('load') == load
set xrange [0:2.1]
set yrange [-0.6:15]
set xlabel 'overlap |w·w*|'
set ylabel 'effective action S = −ln p(w·w*)/p(0)' offset 1
set title sprintf('y = x₁ + 0.1 He₃(x₁), N = %d, d = %d', width, dimension)
set key top left reverse Left
plot \
  for [i = 1:load_count] file using \
    (is('theory', value('load_'.i)) ? column('overlap') : NaN):'action' \
    with lines lw 2 lc rgb int(word(colours, i)) title sprintf('Q = P/κ = %d', value('load_'.i)), \
  for [i = 1:load_count] file using \
    (is('sampled', value('load_'.i)) ? column('overlap') : NaN):'action':'low':'high' \
    with yerrorbars pt 7 ps 0.5 lc rgb int(word(colours, i)) notitle, \
  tables.'effective-action-minima.tsv' using 'overlap':'action' \
    with points pt 6 ps 1.8 lw 2 lc rgb black title 'minima', \
  keyentry with points pt 7 ps 0.5 lc rgb black title 'sampled populations'

file = tables.'effective-action-order.tsv'
theory(name) = strcol('series') eq 'theory' ? column(name) : NaN
sampled(name) = strcol('series') eq 'sampled' ? column(name) : NaN
set logscale x
set xrange [400:90000]
set xtics ('400' 400, '1600' 1600, '6400' 6400, '25600' 25600)
set yrange [-0.3:10.5]
set xlabel 'load Q = P/κ'
set ylabel 'specialised neurons, |w·w*| > 0.85' offset 1
set title sprintf('a second minimum from Q ≈ %.0f on', 100 * int(emergence / 100 + 0.5))
set arrow 1 from emergence, graph 0 to emergence, graph 1 nohead lc rgb grey dt 3 lw 1.5
plot \
  file using 'load':(theory('specialists')) with lines lw 2 lc rgb vermilion \
    title 'kernel adaptation', \
  file using 'load':(theory('outer_mode')) with lines lw 2 lc rgb green \
    title '|w·w*| of the second minimum', \
  file using 'load':(sampled('specialists')):(sampled('specialists_error')) with yerrorbars \
    pt 7 lc rgb blue title 'sampled populations, ± s.e. over chains', \
  file using 'load':(theory('cubic')) with lines lw 2 dt 2 lc rgb purple \
    title 'share of He₃ that is learned', \
  file using 'load':(sampled('cubic')):(sampled('cubic_error')) with yerrorbars pt 7 ps 0.5 \
    lc rgb purple notitle
unset multiplot
