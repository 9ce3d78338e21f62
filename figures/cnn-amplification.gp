set multiplot layout 1, 2
set lmargin 7.5
file = tables.'cnn-amplification.tsv'
theory = tables.'cnn-amplification-theory.tsv'
of(series, name) = strcol('series') eq series ? column(name) : NaN
set logscale xy
set key top left reverse Left
stats theory using 'ratio' nooutput
set xrange [STATS_min:STATS_max]
set yrange [0.4:130]
set xlabel 'N_w S/C'
set ylabel sprintf('amplification D at A = %g', alignment) offset 1
plot \
  theory using 'ratio':'scaling' with lines lw 2 dt 3 lc rgb black title 'scaling argument (GFL): √(N_w S/C)', \
  theory using 'ratio':'along' with lines lw 2 lc rgb vermilion title sprintf('equation of state, nothing fitted, slope %.2f', size_state_exponent), \
  file using (of('channels', 'ratio')):'amplification':'low':'high' with yerrorbars pt -1 lc rgb blue \
    notitle, \
  file using (of('size', 'ratio')):'amplification':'low':'high' with yerrorbars pt -1 lc rgb green \
    notitle, \
  file using (of('channels', 'ratio')):'amplification':(mark(column('certified'))) with points \
    pt variable lc rgb blue notitle, \
  file using (of('size', 'ratio')):'amplification':(mark(column('certified'))) with points pt variable \
    lc rgb green notitle, \
  file using (of('channels', 'ratio')):'finite_size_across' with lines lw 1.2 lc rgb blue notitle, \
  file using (of('size', 'ratio')):'finite_size_across' with lines lw 1.2 lc rgb green notitle, \
  file using (of('channels', 'ratio')):'across' with points pt 2 lc rgb blue notitle, \
  file using (of('size', 'ratio')):'across' with points pt 2 lc rgb green notitle, \
  keyentry with points pt 7 lc rgb blue title sprintf('C varies, slope %.2f (%.2f … %.2f)', \
    channels_exponent, channels_exponent_low, channels_exponent_high), \
  keyentry with points pt 7 lc rgb green title sprintf('S = N_w = C, slope %.2f (%.2f … %.2f)', \
    size_exponent, size_exponent_low, size_exponent_high), \
  keyentry with points pt 2 lc rgb black title 'across the feature', \
  keyentry with lines lw 1.2 lc rgb black title 'the same, posterior at these sizes'

file = tables.'cnn-amplification-points.tsv'
set xlabel '(A/σ_a) √(N_w S/C), A sampled'
set ylabel 'amplification D'
set xrange [0.25:40]
set pointsize 0.6
plot \
  (x > 0 ? 0.5 + sqrt(0.25 + x**2) : NaN) with lines lw 2 lc rgb vermilion \
    title 'D(D − 1) = x^2, nothing fitted', \
  1 with lines dt 3 lw 1.5 lc rgb grey title 'prior', \
  file using (of('channels', 'field')):'amplification':(mark(column('certified'))) with points \
    pt variable lc rgb blue notitle, \
  file using (of('size', 'field')):'amplification':(mark(column('certified'))) with points pt variable \
    lc rgb green notitle, \
  file using (of('channels', 'field')):'across' with points pt 2 lc rgb blue notitle, \
  file using (of('size', 'field')):'across' with points pt 2 lc rgb green notitle, \
  keyentry with points pt 7 lc rgb blue title 'C varies, d = 256', \
  keyentry with points pt 7 lc rgb green title 'S = N_w = C', \
  keyentry with points pt 2 lc rgb black title 'across the feature', \
  keyentry with points pt 6 lc rgb black title 'where a data set is not certified'
unset multiplot
